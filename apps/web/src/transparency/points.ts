import type { EpochSummary } from './compare.ts'

/** Money at one settlement, in units of the token: what the vault held, and what it owed its members. */
export type Point = { number: number; at: string; reserves: bigint | null; liabilities: bigint }

/**
 * What an epoch owed: its tree less what was claimed from it, and its payouts. The tree counts what was ever granted,
 * claimed or not. Pure. @param gross in units of the token @param read what the chain says of that block, if it does
 */
export function pointOf(
  { number, createdAt }: Pick<EpochSummary, 'number' | 'createdAt'>,
  sums: { gross: bigint; authorised: bigint; payouts: bigint },
  read: { reserves: bigint; claimed: bigint } | null,
): Point {
  // Unread, what was granted counts as claimed: it soon is.
  const claimed = read?.claimed ?? sums.authorised
  return {
    number,
    at: createdAt,
    reserves: read?.reserves ?? null,
    liabilities: sums.gross - claimed + sums.payouts,
  }
}

/** Of middle lightness, so that they stand out from white and from black. */
export const COLOURS = { reserves: '#2a9d6f', liabilities: '#dc4c66' }
