import { type Receipt, type ReceiptPart, streamOf } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import type { Pseudonyms } from './pseudonym.ts'
import type { PartBody, ReceiptAnswer, ReceiptBody } from './schemas.ts'

type Party = z.infer<typeof ReceiptAnswer>['payer']

/** Presents receipts to a member: everything of theirs, and of others no more than they may know. */
export function presenterFor(me: string, pseudonyms: Pseudonyms) {
  const known = (id: string) => ({ memberId: id })
  const hidden = (id: string) => (id === me ? known(id) : { pseudonym: pseudonyms(id, me) })
  const money = (amount: bigint | null) => (amount === null ? null : formatAmount(amount))

  function part(p: ReceiptPart): PartBody {
    return {
      id: p.event,
      place: p.place,
      // A repost is public by this id, with who made it.
      actId: p.payerId === me ? p.interactionId : null,
      payer: hidden(p.payerId),
      // Who wrote or shared a post is public; who has seen a campaign is not.
      receiver: p.role === 'viewer' ? hidden(p.receiverId) : known(p.receiverId),
      ...{ role: p.role, kind: p.kind, postId: p.postId, via: p.viaId, source: p.source, closing: p.closing },
      stream: streamOf(p.stream),
      gross: formatAmount(p.gross),
      budget: money(p.budget),
      weight: Number(p.weight),
      totalWeight: Number(p.totalWeight),
      period: Number(p.period),
      ...{ ruleVersion: p.ruleVersion, hold: p.hold, status: p.status },
      clearsAt: p.clearsAt.toISOString(),
      at: p.at.toISOString(),
    }
  }

  function receipt(id: string, r: Receipt): ReceiptBody {
    if (r.of === 'payment') {
      const { type, payerId, named, postId, amount, fee, ruleVersion, at } = r.payment
      const own = sumOf(r.payment.parts.map((p) => p.amount))
      return {
        ...{ ...BLANK, id, type, postId, ruleVersion, stream: type, at: at.toISOString() },
        payer: payerId === null ? null : named ? known(payerId) : hidden(payerId),
        // What the others had, and the fee on it, are the payer's to know.
        amount: formatAmount(payerId === me ? amount : own),
        fee: payerId === me ? formatAmount(fee) : null,
        parts: r.payment.parts.map((p) => ({
          receiver: known(p.receiverId),
          gross: formatAmount(p.amount),
          status: 'cleared',
        })),
        partsTotal: r.payment.parts.length,
      }
    }
    if (r.of === 'movement')
      return {
        ...{ ...BLANK, id, type: 'movement', stream: streamOf(r.code), at: r.at.toISOString() },
        amount: formatAmount(r.amount),
      }
    const parts = r.parts.map(part)
    const common = { ...BLANK, id, parts, partsTotal: r.count, ...sharedBy(parts) }
    if (r.of === 'clearing')
      return {
        ...{ ...common, type: 'clearing', stream: 'clearing', at: r.at.toISOString() },
        ...{ period: Number(r.period), amount: formatAmount(r.gross), fee: formatAmount(r.fee) },
      }
    const gross = formatAmount(sumOf(r.parts.map((p) => p.gross)))
    if (r.of === 'view') {
      const { view } = r
      return {
        ...{ ...common, type: 'view', kind: 'view', stream: 'attention', payer: hidden(view.sponsorId) },
        ...{ at: view.at.toISOString(), postId: view.postId, ruleVersion: view.ruleVersion },
        period: view.period === null ? null : Number(view.period),
        amount: money(view.price) ?? gross,
        view: {
          campaignId: view.campaignId,
          ...{ price: money(view.price), viewer: money(view.viewer), budget: money(view.budget) },
          ...{ author: money(view.author), platform: money(view.platform) },
        },
      }
    }
    const type = r.of === 'reversal' ? r.of : common.closing ? 'closing' : 'credit'
    return { ...common, type, at: parts[0]!.at, amount: gross }
  }

  return { part, receipt }
}

const BLANK = {
  ...{ payer: null, postId: null, kind: null, stream: null, period: null, ruleVersion: null, closing: false },
  ...{ fee: null, view: null, parts: [], partsTotal: 0 },
} satisfies Partial<ReceiptBody>

/** What all parts of a receipt agree on; null where they do not. */
function sharedBy(parts: PartBody[]) {
  const [first] = parts
  const same = <K extends keyof PartBody>(name: K): PartBody[K] | null =>
    first && parts.every((p) => JSON.stringify(p[name]) === JSON.stringify(first[name])) ? first[name] : null
  return {
    ...{ payer: same('payer') as Party, postId: same('postId'), kind: same('kind'), stream: same('stream') },
    ...{ period: same('period'), ruleVersion: same('ruleVersion'), closing: same('closing') ?? false },
  }
}

const sumOf = (amounts: bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)
