import { type Amount, amountOf, feeUp } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'
import { viewParts } from './rules.ts'

/** What the caps leave to somebody with many accounts, in nano and a day. */
export type MostTaken = {
  views: bigint
  /** What it costs the sponsors. */
  cost: Amount
  /** What arrives, the clearing fee taken: the viewers' part, the authors' beside, and the budgets, given on to each other. */
  kept: Amount
  /** What has to lie still for it: deposits, which are not lost. */
  deposits: Amount
}

/**
 * The most that accounts of one hand can take from sponsors in a day, all guards passed: each looks as often as it is paid
 * for, beside posts of its own hand, and gives its budget to its own hand.
 *
 * @param price nano of a view
 * @param campaigns that show themselves to these accounts, with the shipped cap each and money enough
 */
export function mostTakenADay(
  rules: Pick<Rules, 'views' | 'split' | 'fees'>,
  { price, accounts, campaigns }: { price: Amount; accounts: number; campaigns: number },
): MostTaken {
  const { perDay, perCampaignDay, viewerDeposit } = rules.views
  const views = BigInt(accounts) * BigInt(Math.min(perDay, campaigns * perCampaignDay))
  const { viewer, budget, author } = viewParts(price, rules.split)
  const gross = amountOf(views * (viewer + budget + author))
  return {
    views,
    cost: amountOf(views * price),
    kept: amountOf(gross - feeUp(gross, rules.fees.clearingBps)),
    deposits: amountOf(BigInt(accounts) * viewerDeposit),
  }
}
