import { newId, type Tx } from '@rivulet/db'
import { amountOf, formatAmount } from '@rivulet/ledger'
import type { SpendingKey, SpendLimitReached } from '../keys/rules.ts'
import { notifyMembers } from '../notifications/notify-members.ts'
import { inTurn } from '../payments/in-turn.ts'
import { lockPairs } from '../payments/lock-pairs.ts'
import { pay } from '../payments/pay.ts'
import { type Bar, type PaymentPart, splitPayment } from '../payments/rules.ts'
import { type Bars, barsBetween, type PayablePost, postsToPay } from '../payments/store.ts'
import type { Rules } from '../rules.ts'
import { insertUnlocks, type PlannedUnlock, unlocksOf } from './store.ts'

export type UnlockInput = { payerId: string; postId: string; key?: SpendingKey | undefined }

/** In nano: amount = fee + parts. */
export type Unlock = {
  id: string
  postId: string
  amount: bigint
  fee: bigint
  parts: PaymentPart[]
  createdAt: Date
}

export type UnlockResult =
  | {
      ok: true
      unlock: Unlock
      /** It was unlocked before; nothing was paid now. */
      already: boolean
    }
  | {
      ok: false
      code: Bar | 'post_not_found' | 'self_unlock' | 'not_for_sale' | 'below_minimum' | 'insufficient_funds'
    }
  | SpendLimitReached

/**
 * Buys the text of articles, for ever: from the payers' `available` to the authors' `available`, split as the post says,
 * less the fee. What was bought before is answered as it was, and nothing is paid again, however often and however many
 * at once.
 *
 * The batch answers as its inputs would one after another.
 */
export function unlock(tx: Tx, rules: Rules, inputs: UnlockInput[]): Promise<UnlockResult[]> {
  return inTurn(inputs, nameOf, (piece) => unlockEach(tx, rules, piece))
}

const nameOf = ({ payerId, postId }: { payerId: string; postId: string }) => `${payerId} ${postId}`

async function unlockEach(tx: Tx, rules: Rules, inputs: UnlockInput[]): Promise<UnlockResult[]> {
  await lockPairs(
    tx,
    'unlock',
    inputs.map(({ payerId, postId }) => [payerId, postId]),
  )
  const before = new Map((await unlocksOf(tx, inputs)).map((row) => [nameOf(row), row]))
  const posts = await postsToPay(
    tx,
    inputs.map(({ postId }) => postId),
  )
  const bars = await barsBetween(
    tx,
    inputs.flatMap(({ payerId, postId }) =>
      authorsOf(posts.get(postId)).map((receiverId) => ({ payerId, receiverId })),
    ),
  )
  const plans = inputs.map((input) => {
    const known = before.get(nameOf(input))
    return known ? { known } : planUnlock(input, posts.get(input.postId), bars, rules)
  })
  const planned = plans.filter((plan) => 'id' in plan)
  const answers = await pay(tx, planned)
  const results = new Map(planned.map((plan, i) => [plan, answers[i]]))
  const paid = planned.filter((plan) => results.get(plan)?.ok)
  const createdAt = await insertUnlocks(tx, rules.version, paid)
  await notifyMembers(
    tx,
    paid.flatMap(({ payerId, postId, parts }) =>
      parts.map(({ memberId, amount }) => ({
        ...{ memberId, kind: 'unlock' as const, refId: postId, actorId: payerId },
        body: { amount: formatAmount(amount) },
      })),
    ),
  )
  return plans.map((plan): UnlockResult => {
    if ('known' in plan) return { ok: true, unlock: plan.known, already: true }
    if (!('id' in plan)) return plan
    const result = results.get(plan)
    if (!result?.ok) return result ?? { ok: false, code: 'insufficient_funds' }
    const { id, postId, amount, fee, parts } = plan
    return { ok: true, unlock: { id, postId, amount, fee, parts, createdAt }, already: false }
  })
}

const authorsOf = (post: PayablePost | undefined): string[] =>
  post ? [post.authorId, ...post.splits.map(({ memberId }) => memberId)] : []

function planUnlock(
  { payerId, postId, key }: UnlockInput,
  post: PayablePost | undefined,
  people: Bars,
  rules: Rules,
): PlannedUnlock | Extract<UnlockResult, { ok: false }> {
  if (!post) return { ok: false, code: 'post_not_found' }
  if (authorsOf(post).includes(payerId)) return { ok: false, code: 'self_unlock' }
  if (post.price === null) return { ok: false, code: 'not_for_sale' }
  if (people.isSuspended(payerId)) return { ok: false, code: 'suspended' }
  const bars = people.of(payerId)
  if (bars.get(post.authorId) === 'blocked') return { ok: false, code: 'blocked' }
  const split = splitPayment(amountOf(post.price), post, { payerId, bars, feeBps: rules.fees.tipBps })
  if (!split.ok) return { ok: false, code: split.code === 'self' ? 'self_unlock' : split.code }
  const { amount, fee, parts } = split
  return { id: newId(), payerId, key, postId, amount, fee, parts, stream: 'unlock' }
}
