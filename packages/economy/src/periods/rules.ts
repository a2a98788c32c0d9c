import type { Amount } from '@rivulet/ledger'
import { splitByWeight } from '@rivulet/ledger'
import { chargedParts, type Part, partsOf, type Receivers } from '../shares/rules.ts'

/** An interaction as a close sees it: what it weighs among its payer's, and whom it credits. */
export type Weighed = Receivers & { weight: bigint }

/**
 * Splits what is left of a payer's budget over the payer's interactions of the period: linearly by weight, what cannot be
 * divided by largest remainder, of equal ones to the earlier; each share is then split as every credit is. The order is
 * that of the interactions' ids.
 *
 * What a share does not charge (whose receiver is the payer, or may not earn from them) stays in the budget and is spread
 * over nobody: the parts sum to what is left, less that.
 *
 * @param left nano
 * @param barred who may not earn from this payer
 * @returns of each interaction the parts that are charged, in nano
 */
export function splitBudget(
  left: Amount,
  interactions: readonly Weighed[],
  { payerId, barred, shareBps }: { payerId: string; barred: ReadonlySet<string>; shareBps: number },
): Part[][] {
  const weights = interactions.map(({ weight }) => weight)
  if (weights.every((weight) => weight === 0n)) return interactions.map(() => [])
  return splitByWeight(left, weights).map((share, i) =>
    chargedParts(partsOf(share, interactions[i]!, shareBps), payerId, barred),
  )
}

/** What is known of the periods when the next one to close is chosen. */
export type Calendar = {
  /** The period it is now. */
  current: bigint
  /** One whose close has begun. */
  closing: bigint | undefined
  lastClosed: bigint | undefined
  /** The first after `lastClosed` in which somebody did something that is still on. */
  firstUsed: bigint | undefined
}

/**
 * The period to close next, oldest first; undefined when all that are over are closed.
 *
 * A row of periods in which nobody did anything is closed as one, by its last: however long the worker was away, it costs
 * one close, and counts as one towards a budget's end.
 */
export function nextToClose({ current, closing, lastClosed, firstUsed }: Calendar): bigint | undefined {
  if (closing !== undefined) return closing
  const last = current - 1n
  if (lastClosed !== undefined && lastClosed >= last) return undefined
  if (firstUsed === undefined || firstUsed > last) return last
  return lastClosed !== undefined && firstUsed > lastClosed + 1n ? firstUsed - 1n : firstUsed
}
