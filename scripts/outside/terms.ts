import { nanoOf } from './decimal.ts'
import type { Terms } from './reckoning/deeds.ts'

type Each<T> = { like: T; read: T; comment: T; repost: T }

/** What `GET /v1/rules` says, as far as it is used here. */
export type RulesAnswer = {
  rates: Each<string>
  weights: Each<number>
  shareBps: number
  split: { viewer: number; budget: number; author: number; platform: number }
  fees: { tipBps: number; clearingBps: number }
  holds: { normal: number; young: number; views: number }
  idleCloses: number
}

/** The rules a network announces, as the reckoning wants them. */
export function termsOf({ rates, weights, shareBps, split, fees, holds, idleCloses }: RulesAnswer): Terms {
  const each = <T>(of: Each<T>, as: (value: T) => bigint) => ({
    like: as(of.like),
    read: as(of.read),
    comment: as(of.comment),
    repost: as(of.repost),
  })
  return {
    rates: each(rates, nanoOf),
    weights: each(weights, BigInt),
    shareBps: BigInt(shareBps),
    split: {
      viewer: BigInt(split.viewer),
      budget: BigInt(split.budget),
      author: BigInt(split.author),
      platform: BigInt(split.platform),
    },
    fees: { tipBps: BigInt(fees.tipBps), clearingBps: BigInt(fees.clearingBps) },
    ...{ holds, idleCloses },
  }
}
