import { higherFees, isTooLow, type Market } from './fees.ts'
import type { Fees } from './reread.ts'

/** How long an attempt is left alone: so many seconds, and so many blocks that it could have been in. */
export type Patience = { seconds: number; blocks: number }

/** An attempt that nothing asked more than is replaced all the same after so many times the patience. */
const IN_ANY_CASE = 4

/**
 * What an open transaction's latest attempt is to be replaced with.
 *
 * A chain that stands still takes nothing at any price, so seconds alone are no reason. One whose offer would still do
 * was perhaps forgotten, and is sent again anyway; it is replaced after a longer while, and only if it is the lowest of
 * its lane, for which nothing has to wait but the network.
 *
 * @param ceiling most of `maxFeePerGas`, in wei
 * @returns undefined when nothing is due; `waits` when more is asked than the ceiling
 */
export function replacementFor(
  last: Fees & { ageSeconds: number; block: number },
  {
    market,
    patience,
    ceiling,
    isLowest,
  }: { market: Market; patience: Patience; ceiling: bigint; isLowest: boolean },
): Fees | 'waits' | undefined {
  const isOlderThan = (times: number) =>
    last.ageSeconds >= times * patience.seconds && market.block - last.block >= times * patience.blocks
  const isDue = isTooLow(last, market) ? isOlderThan(1) : isLowest && isOlderThan(IN_ANY_CASE)
  if (!isDue) return undefined
  return higherFees(last, market, ceiling) ?? 'waits'
}
