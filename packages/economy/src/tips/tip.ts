import { newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf, formatAmount } from '@rivulet/ledger'
import type { SpendingKey, SpendLimitReached } from '../keys/rules.ts'
import { type Notice, notifyMembers } from '../notifications/notify-members.ts'
import { pay } from '../payments/pay.ts'
import { type Bar, type PaymentPart, splitPayment } from '../payments/rules.ts'
import { type Bars, barsBetween, type PayablePost, postsToPay } from '../payments/store.ts'
import type { Rules } from '../rules.ts'
import { insertTips, type PlannedTip } from './store.ts'

export type TipInput = {
  payerId: string
  to: { postId: string } | { memberId: string }
  /** Nano. */
  amount: Amount
  message?: string | undefined
  /** Hidden from the receiver's public; never from the books. */
  anonymous?: boolean | undefined
  /** The key it is made by; without one, by the payer in person. */
  key?: SpendingKey | undefined
}

/** amount = fee + net, net = the sum of its parts; less than was asked where somebody could not be paid. */
export type Tip = {
  id: string
  amount: bigint
  fee: bigint
  net: bigint
  parts: PaymentPart[]
  createdAt: Date
}

export type TipResult =
  | { ok: true; tip: Tip }
  | { ok: false; code: Bar | 'post_not_found' | 'self_tip' | 'below_minimum' | 'insufficient_funds' }
  | SpendLimitReached

/**
 * Moves tips from the payers' `available` to the receivers' `available`, less the fee. A tip on a post is split as the
 * post says; the parts of those who may not be paid by this payer are not taken.
 *
 * The batch answers as its inputs would one after another. Repeating an input tips again: who must not tip twice
 * guards it with an idempotency key in the same transaction.
 */
export async function tip(tx: Tx, rules: Rules, inputs: TipInput[]): Promise<TipResult[]> {
  const posts = await postsToPay(
    tx,
    inputs.flatMap(({ to }) => ('postId' in to ? [to.postId] : [])),
  )
  const targets = inputs.map(({ to }) => ('postId' in to ? posts.get(to.postId) : ownPage(to.memberId)))
  const bars = await barsBetween(
    tx,
    inputs.flatMap(({ payerId }, i) =>
      receiversOf(targets[i]).map((receiverId) => ({ payerId, receiverId })),
    ),
  )
  const plans = inputs.map((input, i) => planTip(input, targets[i], bars, rules))
  const planned = plans.filter((plan) => 'id' in plan)
  const answers = await pay(tx, planned)
  const results = new Map(planned.map((plan, i) => [plan, answers[i]]))
  const paid = planned.filter((plan) => results.get(plan)?.ok)
  const createdAt = await insertTips(tx, rules.version, paid)
  await notifyMembers(tx, paid.flatMap(noticesOf))
  return plans.map((plan): TipResult => {
    if (!('id' in plan)) return plan
    const result = results.get(plan)
    if (!result?.ok) return result ?? { ok: false, code: 'insufficient_funds' }
    const { id, amount, fee, parts } = plan
    return { ok: true, tip: { id, amount, fee, net: amountOf(amount - fee), parts, createdAt } }
  })
}

/**
 * Each who is paid is told their part. An anonymous tip names nobody, and a mute of its payer has no effect on it: that it
 * was not told would tell whose it is.
 */
const noticesOf = ({ id, payerId, postId, parts, message, anonymous }: PlannedTip): Notice[] =>
  parts.map(({ memberId, amount }) => ({
    ...{ memberId, kind: 'tip', refId: id, actorId: anonymous ? undefined : payerId },
    body: { amount: formatAmount(amount), postId, message, anonymous },
  }))

type Target = Pick<PayablePost, 'authorId' | 'splits'>

/** A tip to a member goes where a tip on a post of theirs alone would. */
const ownPage = (memberId: string): Target => ({ authorId: memberId, splits: [] })

/** The author too where all is split among others: nobody tips the post of somebody who blocked them. */
const receiversOf = (target: Target | undefined): string[] =>
  target ? [target.authorId, ...target.splits.map(({ memberId }) => memberId)] : []

/** In whose list a tip is: the author's, or of a payer's own post the first co-author's that it pays. */
const whose = (authorId: string, payerId: string, parts: readonly { memberId: string }[]): string =>
  authorId === payerId ? parts[0]!.memberId : authorId

function planTip(
  input: TipInput,
  target: Target | undefined,
  people: Bars,
  rules: Rules,
): PlannedTip | Extract<TipResult, { ok: false }> {
  if (!target) return { ok: false, code: 'post_not_found' }
  const { payerId } = input
  if (people.isSuspended(payerId)) return { ok: false, code: 'suspended' }
  const bars = people.of(payerId)
  if (bars.get(target.authorId) === 'blocked') return { ok: false, code: 'blocked' }
  const split = splitPayment(input.amount, target, { payerId, bars, feeBps: rules.fees.tipBps })
  if (!split.ok) return { ok: false, code: split.code === 'self' ? 'self_tip' : split.code }
  const { message = null, anonymous = false, key } = input
  const postId = 'postId' in input.to ? input.to.postId : null
  const { amount, fee, parts } = split
  return {
    ...{ id: newId(), payerId, key, postId, receiverId: whose(target.authorId, payerId, parts) },
    ...{ amount, fee, parts, message, anonymous, stream: 'tip' },
  }
}
