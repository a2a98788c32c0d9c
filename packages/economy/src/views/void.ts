import { ledgerOf, newId, RunAgain, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { campaignAccount, memberAccount, REVENUE, STREAMS, streamOf } from '../chart.ts'
import { addEarnings } from '../earnings/add-earnings.ts'
import type { EarningsChange } from '../earnings/rules.ts'
import { creditsCovering, shareVoid, type VoidedCost, type VoidShare } from './void-rules.ts'
import {
  inPending,
  insertVoid,
  type LockedCredit,
  lockBudgetCredits,
  lockCampaigns,
  lockPaidViews,
  lockViewCredits,
  lowerInteractions,
  lowerPosts,
  markReversed,
  type PaidRow,
  type PendingCredit,
  readBudgetCredits,
  type VoidCampaign,
} from './void-store.ts'

export type VoidInput = {
  memberId: string
  /** UTC, `YYYY-MM-DD`. */
  day: string
  /** Why, for the operator's own records. */
  note: string
}

export type VoidResult =
  | {
      ok: true
      id: string
      views: number
      /** Nano that went back to the campaigns; of it borne by the platform for others; and lacking even so. */
      returned: bigint
      borne: bigint
      missing: bigint
    }
  | { ok: false; code: 'nothing_to_void' }

/**
 * Takes back what a member's paid views of a day have moved, as far as any of a view's money is pending, and gives it to
 * the campaigns, or to the sponsors' `available` where those are closed. In this order: the viewer's pending parts, the
 * authors' beside, the platform's; what is left of the viewer's budget; what that budget paid others since the first of
 * these views and is pending, the newest first, whole credits, whose excess stays in the budget; and for the rest
 * `platform:revenue`.
 *
 * All of it is one transaction, and a view is voided once: repeating it finds nothing to void.
 *
 * @throws RunAgain when budget or credits moved meanwhile
 */
export async function voidViews(tx: Tx, { memberId, day, note }: VoidInput): Promise<VoidResult> {
  const paid = await lockPaidViews(tx, memberId, day)
  const campaigns = await lockCampaigns(tx, [...new Set(paid.map((view) => view.campaignId))])
  const credits = Map.groupBy(
    await lockViewCredits(
      tx,
      paid.map((view) => view.id),
    ),
    (credit) => credit.interactionId,
  )
  const views = paid.filter((view) => credits.has(view.id))
  if (views.length === 0) return { ok: false, code: 'nothing_to_void' }

  const budget = memberAccount(memberId, 'budget')
  const had = await ledgerOf(tx).balances([budget, REVENUE])
  const need = views.reduce((sum, view) => sum + view.budget, 0n)
  const later = await lockLater(tx, memberId, views, need - (had.get(budget) ?? 0n))
  const costs = campaigns
    .map(({ id }) => costOf(id, views, credits))
    .filter((cost) => cost.pending + cost.cleared > 0n)
  const plan = shareVoid(costs, {
    budget: later.reduce((sum, credit) => sum + credit.gross, had.get(budget) ?? 0n),
    revenue: had.get(REVENUE) ?? 0n,
  })

  const id = newId()
  const reversals = [
    ...views.flatMap((view) =>
      reversalsOf(credits.get(view.id)!.map(inPending), campaignAccount(view.campaignId)),
    ),
    ...[...Map.groupBy(later, (credit) => credit.id).values()].flatMap((one) => reversalsOf(one, budget)),
  ]
  const transfers = [
    ...reversals.map((one) => one.transfer),
    ...returnsOf(id, budget, plan.shares, campaigns),
  ]
  const answers = await ledgerOf(tx).post(transfers)
  if (answers.some((answer) => answer === 'insufficient')) throw new RunAgain('spent elsewhere meanwhile')
  if (answers.some((answer) => answer !== 'ok')) throw new Error(`a void was answered ${answers.join()}`)

  const reversed = reversals.map((one) => one.credit)
  await markReversed(
    tx,
    reversals.map(({ credit, transfer }) => ({ credit, reversalId: transfer.id })),
  )
  await lowerInteractions(tx, later)
  const { returned, borne, missing } = plan
  await insertVoid(tx, {
    ...{ id, memberId, day, note, returned, borne },
    viewIds: views.map((view) => view.id),
    campaignIds: costs.map((cost) => cost.campaignId),
  })
  const theirs = reversed.filter((credit) => credit.delivered)
  await lowerPosts(tx, theirs)
  await addEarnings(tx, theirs.map(lostBy))
  return { ok: true, id, views: views.length, returned, borne, missing }
}

/** Locks what the budget paid others, as far back as is needed; only since the first of the views, for only then was it theirs. */
async function lockLater(tx: Tx, memberId: string, views: PaidRow[], need: bigint): Promise<LockedCredit[]> {
  if (need <= 0n) return []
  const since = new Date(Math.min(...views.map((view) => view.paidAt.getTime())))
  const later = await lockBudgetCredits(
    tx,
    creditsCovering(await readBudgetCredits(tx, memberId, since), need),
  )
  if (!later) throw new RunAgain('a credit was taken back or cleared meanwhile')
  return later
}

function costOf(campaignId: string, views: PaidRow[], credits: Map<string, PendingCredit[]>): VoidedCost {
  const own = views.filter((view) => view.campaignId === campaignId)
  const sum = (part: (view: PaidRow) => bigint) => own.reduce((all, view) => all + part(view), 0n)
  const pending = sum((view) => credits.get(view.id)!.reduce((all, credit) => all + credit.gross, 0n))
  return {
    campaignId,
    pending,
    cleared: sum((view) => view.viewer + view.author) - pending,
    budget: sum((view) => view.budget),
    platform: sum((view) => view.platform),
  }
}

/** Takes credits of one event back: the legs are those of their receipts, the stream stays. */
function reversalsOf(credits: LockedCredit[], to: string): { credit: LockedCredit; transfer: Transfer }[] {
  const id = newId()
  return credits
    .toSorted((a, b) => a.leg - b.leg)
    .map((credit) => ({
      credit,
      transfer: {
        ...{ id, leg: credit.leg, code: credit.stream, credit: to },
        debit: credit.account,
        amount: amountOf(credit.gross),
      },
    }))
}

/** What budget and platform give back, and what closed campaigns hand on to their sponsors: the legs of the void itself. */
function returnsOf(id: string, budget: string, shares: VoidShare[], campaigns: VoidCampaign[]): Transfer[] {
  const byId = new Map(campaigns.map((campaign) => [campaign.id, campaign]))
  return shares
    .flatMap(({ campaignId, pending, fromBudget, fromRevenue }) => {
      const account = campaignAccount(campaignId)
      const { status, sponsorId } = byId.get(campaignId)!
      const sum = status === 'closed' ? pending + fromBudget + fromRevenue : 0n
      return [
        { debit: budget, credit: account, amount: fromBudget, code: STREAMS.attention },
        { debit: REVENUE, credit: account, amount: fromRevenue, code: STREAMS.attention },
        { debit: account, credit: memberAccount(sponsorId, 'available'), amount: sum, code: STREAMS.refund },
      ]
    })
    .filter((leg) => leg.amount > 0n)
    .map((leg, i) => ({ ...leg, id, leg: i, amount: amountOf(leg.amount) }))
}

const lostBy = ({ receiverId, stream, gross }: PendingCredit): EarningsChange => ({
  memberId: receiverId,
  stream: streamOf(stream) as EarningsChange['stream'],
  amount: -gross,
})
