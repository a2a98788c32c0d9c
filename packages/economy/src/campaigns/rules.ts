import { type Amount, amountOf } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'

/** Nano. With the parts as shipped, the least of which each gets something: 3, 5, 1 and 1. */
export const MIN_PRICE_PER_VIEW: Amount = amountOf(10n)

/** What a sponsor wishes; amounts in nano. */
export type CampaignTerms = {
  budget: Amount
  pricePerView: Amount
  dailyCapPerMember?: number | undefined
}

/** Which term cannot be, if any: a price too low, a budget of less than a view, or a cap above that of the rules. */
export function faultOf(
  { budget, pricePerView, dailyCapPerMember = 1 }: CampaignTerms,
  { perCampaignDay }: Rules['views'],
): 'pricePerView' | 'budget' | 'dailyCapPerMember' | undefined {
  if (pricePerView < MIN_PRICE_PER_VIEW) return 'pricePerView'
  if (budget < pricePerView) return 'budget'
  return dailyCapPerMember < 1 || dailyCapPerMember > perCampaignDay ? 'dailyCapPerMember' : undefined
}
