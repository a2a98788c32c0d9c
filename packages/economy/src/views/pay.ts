import { ledgerOf, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { campaignAccount, memberAccount, openViewsAccount, REVENUE, STREAMS } from '../chart.ts'
import { clearsAt, periodAt } from '../interactions/rules.ts'
import type { Rules } from '../rules.ts'
import { chargedParts, partsOf, sumOf } from '../shares/rules.ts'
import { assertPosted, lockReturned, type PaidView, type ReturnedView, writePaid } from './pay-store.ts'
import { countRefusals } from './refusals.ts'
import { refusalOfReturn, viewHold, viewParts } from './rules.ts'

/** A token that comes back: the view it names, who sends it, and how long they say to have looked. */
export type PayViewInput = { viewId: string; memberId: string; visibleMs: number }

export type PayViewResult =
  | {
      ok: true
      /** Nano of the viewer's own part, pending. */
      credited: bigint
      /** Nano of the part that is theirs to give on, in their budget. */
      budget: bigint
    }
  | {
      ok: false
      code: 'invalid_token' | 'token_expired' | 'too_short' | 'too_early' | 'suspended' | 'blocked'
    }

/**
 * Pays views out of the prices reserved for them: viewer, viewer's budget, the authors of the post beside, the platform.
 * The part of an author who may not earn from the sponsor goes back to the campaign.
 *
 * A view is paid once, whoever asks how often: its row is locked, and its id is that of the transfers. One that was paid
 * answers as it did then; one that comes too early stays open. The batch answers as its inputs would one after another,
 * in four statements whatever its size, and one more where something is refused.
 */
export async function payViews(
  tx: Tx,
  rules: Rules,
  inputs: readonly PayViewInput[],
): Promise<PayViewResult[]> {
  const { now, found } = await lockReturned(
    tx,
    rules,
    inputs.map((input) => input.viewId),
  )
  const paid = new Map<string, PaidView>()
  const refusals: { campaignId: string; reason: string }[] = []
  const results = inputs.map(({ viewId, memberId, visibleMs }): PayViewResult => {
    const view = found.get(viewId)
    if (view?.memberId !== memberId) return { ok: false, code: 'invalid_token' }
    const before = paid.get(viewId)
    if (before) return { ok: true, credited: before.amounts.viewer, budget: before.amounts.budget }
    if (view.status === 'paid') return { ok: true, credited: view.viewerAmount, budget: view.budgetAmount }
    const code = refusalOfReturn(view, visibleMs, rules.views) ?? refusalOfViewer(view)
    if (code) {
      refusals.push({ campaignId: view.campaignId, reason: code })
      return { ok: false, code }
    }
    const pays = payOf(view, rules)
    paid.set(viewId, pays)
    return { ok: true, credited: pays.amounts.viewer, budget: pays.amounts.budget }
  })

  const views = [...paid.values()]
  if (views.length > 0) {
    assertPosted(await ledgerOf(tx).post(views.flatMap(transfersOf)))
    const period = periodAt(now, rules)
    await writePaid(tx, views, rules, { period, clearsAt: (hold) => clearsAt(period, hold, rules) })
  }
  await countRefusals(tx, refusals)
  return results
}

function refusalOfViewer({ memberId, receivers }: ReturnedView): 'suspended' | 'blocked' | undefined {
  const viewer = receivers.get(memberId)
  if (viewer?.barred) return 'suspended'
  return viewer?.blocked ? 'blocked' : undefined
}

/** What a view pays to whom: the receipts' legs are those `transfersOf` gives them. */
function payOf(view: ReturnedView, rules: Rules): PaidView {
  const { memberId, authorId, splits, sponsorId, receivers } = view
  const parts = viewParts(amountOf(view.price), rules.split)
  const barred = new Set([...receivers.values()].filter((r) => r.barred || r.blocked).map((r) => r.id))
  // The viewer earns by looking, and not by what stands beside it as well.
  barred.add(memberId)
  const authors = chargedParts(partsOf(parts.author, { authorId, splits }, 0), sponsorId, barred)
  const holdOf = (id: string) => viewHold(receivers.get(id)?.young ?? true, rules.holds)
  const credits = [
    ...(parts.viewer > 0n ? [{ receiverId: memberId, role: 'viewer' as const, amount: parts.viewer }] : []),
    ...authors.map(({ receiverId, amount }) => ({ receiverId, role: 'author' as const, amount })),
  ]
  return {
    view,
    amounts: { ...parts, author: sumOf(authors) },
    receipts: credits.map(({ receiverId, role, amount }, leg) => ({
      ...{ leg, receiverId, role },
      gross: amount,
      hold: holdOf(receiverId),
    })),
  }
}

/** The legs of a view: its receipts' first, then budget, platform, and what goes back to the campaign. */
function transfersOf({ view, amounts, receipts }: PaidView): Transfer[] {
  const { budget, platform, viewer, author } = amounts
  const rest = view.price - viewer - budget - author - platform
  const legs = [
    ...receipts.map((r) => ({ credit: memberAccount(r.receiverId, 'pending'), amount: r.gross })),
    { credit: memberAccount(view.memberId, 'budget'), amount: budget },
    { credit: REVENUE, amount: platform },
    { credit: campaignAccount(view.campaignId), amount: rest },
  ]
  const debit = openViewsAccount(view.campaignId)
  return legs
    .filter((leg) => leg.amount > 0n)
    .map(({ credit, amount }, leg) => ({
      ...{ id: view.id, leg, debit, credit, code: STREAMS.attention },
      amount: amountOf(amount),
    }))
}
