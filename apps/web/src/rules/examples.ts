import { type Part, splitPrice } from '../campaigns/price.ts'
import { feeOf, fromNano, toNano } from '../money/amount.ts'
import type { Network } from '../network/network.ts'

/** An amount that comes to somebody: before the clearing fee, the fee, and what is theirs then. */
export type Cleared = { gross: string; fee: string; net: string }

/** What an income is when it clears, by itself. @param gross nano */
export function clearedOf(gross: bigint, clearingBps: number): Cleared {
  const fee = feeOf(gross, clearingBps)
  return { gross: fromNano(gross), fee: fromNano(fee), net: fromNano(gross - fee) }
}

/** The parts of a view of that price, as amounts. */
export function viewOf(price: string, split: Network['split']): Record<Part, string> {
  const { viewer, budget, author, platform } = splitPrice(toNano(price), split)
  return {
    viewer: fromNano(viewer),
    budget: fromNano(budget),
    author: fromNano(author),
    platform: fromNano(platform),
  }
}

/** A like of somebody who found the post by somebody else's share: what each gets. Rounded in favour of the author. */
export function sharedLike(rate: string, shareBps: number): { share: string; author: string } {
  const nano = toNano(rate)
  const share = (nano * BigInt(shareBps)) / 10_000n
  return { share: fromNano(share), author: fromNano(nano - share) }
}

/** A tip: what arrives of it at once. */
export function tipOf(amount: string, tipBps: number): { fee: string; arrives: string } {
  const fee = feeOf(toNano(amount), tipBps)
  return { fee: fromNano(fee), arrives: fromNano(toNano(amount) - fee) }
}
