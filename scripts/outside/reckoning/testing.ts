import type { Deed, Terms } from './deeds.ts'

/** The terms as shipped. */
export const TERMS: Terms = {
  rates: { like: 500_000n, read: 200_000n, comment: 1_000_000n, repost: 1_000_000n },
  weights: { like: 5n, read: 2n, comment: 10n, repost: 10n },
  shareBps: 1_000n,
  split: { viewer: 3_000n, budget: 5_000n, author: 1_000n, platform: 1_000n },
  fees: { tipBps: 250n, clearingBps: 500n },
  holds: { young: 60, views: 120 },
  idleCloses: 4,
}

/** Somebody with money in the network. */
export const endowed = (who: string, amount: bigint): Deed => ({ did: 'endow', who, amount })
