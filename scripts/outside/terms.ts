import { nanoOf } from './decimal.ts'
import type { Network } from './member.ts'
import type { Terms } from './reckoning/deeds.ts'

/** What an act weighs when a budget is divided, and when one nobody uses ends, unless a deployment sets it otherwise. */
export const WEIGHTS = { like: 5n, read: 2n, comment: 10n, repost: 10n }
const IDLE_CLOSES = 4

/** The terms a network announces, as the reckoning wants them. */
export function termsOf({ rates, shareBps, split, fees, holds }: Network): Terms {
  return {
    rates: {
      like: nanoOf(rates.like),
      read: nanoOf(rates.read),
      comment: nanoOf(rates.comment),
      repost: nanoOf(rates.repost),
    },
    weights: WEIGHTS,
    shareBps: BigInt(shareBps),
    split: {
      viewer: BigInt(split.viewer),
      budget: BigInt(split.budget),
      author: BigInt(split.author),
      platform: BigInt(split.platform),
    },
    fees: { tipBps: BigInt(fees.tipBps), clearingBps: BigInt(fees.clearingBps) },
    holds,
    idleCloses: IDLE_CLOSES,
  }
}
