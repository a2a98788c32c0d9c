import { type Amount, amountOf, splitByBps } from '@rivulet/ledger'

/** As whom somebody is credited: authors and co-authors alike, and who shared the post with the actor. */
export type CreditRole = 'author' | 'sharer'

/** Whom a credit of a post goes to. */
export type Receivers = {
  authorId: string
  /** In basis points that sum to 10,000; empty: all is the author's. */
  splits: readonly { memberId: string; bps: number }[]
  /** Who shared it with the actor; undefined when it was reached by itself. */
  sharerId?: string | undefined
}

/** A part of a credit, in nano, never 0. */
export type Part = { receiverId: string; role: CreditRole; amount: Amount }

/**
 * Splits a credit: the sharer's part first, rounded down, the rest among the authors by their basis points, to the last
 * nano. The parts sum to the whole; parts of nothing are left out.
 */
export function partsOf(whole: Amount, { authorId, splits, sharerId }: Receivers, shareBps: number): Part[] {
  const shared = sharerId === undefined ? 0n : (whole * BigInt(shareBps)) / 10_000n
  const rest = amountOf(whole - shared)
  const authors = splits.length > 0 ? splits : [{ memberId: authorId, bps: 10_000 }]
  const amounts = splitByBps(
    rest,
    authors.map((author) => author.bps),
  )
  const parts: Part[] = authors.map(({ memberId }, i) => ({
    receiverId: memberId,
    role: 'author',
    amount: amounts[i]!,
  }))
  if (sharerId !== undefined)
    parts.unshift({ receiverId: sharerId, role: 'sharer', amount: amountOf(shared) })
  return parts.filter((part) => part.amount > 0n)
}

/**
 * The parts a payer is charged for: those whose receiver may earn from them. The others stay with the payer, and are
 * spread over nobody.
 *
 * @param barred members who may not earn from this payer: blocked in either direction, suspended or deleted
 */
export function chargedParts(parts: Part[], payerId: string, barred: ReadonlySet<string>): Part[] {
  return parts.filter(({ receiverId }) => receiverId !== payerId && !barred.has(receiverId))
}

/** What the parts sum to, in nano. */
export function sumOf(parts: readonly { amount: bigint }[]): Amount {
  return amountOf(parts.reduce((sum, part) => sum + part.amount, 0n))
}
