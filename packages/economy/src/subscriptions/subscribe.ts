import { newId, type Tx } from '@rivulet/db'
import { type Amount, formatAmount } from '@rivulet/ledger'
import type { SpendingKey } from '../keys/rules.ts'
import { notifyMembers } from '../notifications/notify-members.ts'
import { inTurn } from '../payments/in-turn.ts'
import { lockPairs } from '../payments/lock-pairs.ts'
import type { Rules } from '../rules.ts'
import { type ChargeFault, type ChargeResult, chargeEach } from './charge.ts'
import { type Interval, MOST_SUBSCRIPTIONS, nextDue } from './rules.ts'
import { type Charge, insertCharges, insertSubscriptions, type Subscription, standing } from './store.ts'

export type SubscribeInput = {
  payerId: string
  receiverId: string
  /** Nano a charge. */
  amount: Amount
  interval: Interval
  /** Its limit counts the first charge; those the worker makes later are no key's. */
  key?: SpendingKey | undefined
}

export type SubscribeResult =
  | { ok: true; subscription: Subscription; charge: Charge }
  | { ok: false; code: 'already_subscribed' | 'too_many_subscriptions' }
  | ChargeFault

/**
 * Begins payments that repeat, with the first charge at once: without the money for it nothing is begun. To one member
 * there is one subscription that is not cancelled.
 *
 * The batch answers as its inputs would one after another.
 */
export function subscribe(tx: Tx, rules: Rules, inputs: SubscribeInput[]): Promise<SubscribeResult[]> {
  // One of a payer at a time: how many they may have is counted.
  return inTurn(
    inputs,
    ({ payerId }) => payerId,
    (piece) => subscribeEach(tx, rules, piece),
  )
}

async function subscribeEach(tx: Tx, rules: Rules, inputs: SubscribeInput[]): Promise<SubscribeResult[]> {
  await lockPairs(
    tx,
    'subscribe',
    inputs.map(({ payerId }) => [payerId, '']),
  )
  const { now, exists, counts } = await standing(tx, inputs)
  const wishes = inputs.map((input, i): Subscription | SubscribeResult => {
    if (exists[i]) return { ok: false, code: 'already_subscribed' }
    if ((counts[i] ?? 0) >= MOST_SUBSCRIPTIONS) return { ok: false, code: 'too_many_subscriptions' }
    return begin(input, rules, now)
  })
  const begun = wishes.flatMap((wish, i) =>
    'id' in wish ? [{ ...wish, charges: 0, key: inputs[i]?.key }] : [],
  )
  const answers = await chargeEach(tx, rules, begun, now)
  const results = new Map(begun.map((one, i) => [one.id, answers[i] as ChargeResult]))
  const paid = wishes.filter((wish) => 'id' in wish).filter(({ id }) => results.get(id)?.ok)
  await insertSubscriptions(tx, paid)
  await insertCharges(
    tx,
    rules.version,
    answers.flatMap((answer) => (answer.ok ? [answer.planned] : [])),
  )
  await notifyMembers(
    tx,
    paid.map(({ id, payerId, receiverId, amount, interval }) => ({
      ...{ memberId: receiverId, kind: 'subscription' as const, refId: id, actorId: payerId },
      body: { status: 'begun', amount: formatAmount(amount), interval },
    })),
  )
  return wishes.map((wish): SubscribeResult => {
    if (!('id' in wish)) return wish
    const result = results.get(wish.id) as ChargeResult
    return result.ok ? { ok: true, subscription: wish, charge: result.charge } : result
  })
}

/** As it stands once its first charge is paid. */
function begin(input: SubscribeInput, rules: Rules, now: Date): Subscription {
  const { payerId, receiverId, amount, interval } = input
  return {
    ...{ id: newId(), payerId, receiverId, amount, interval, status: 'active', charges: 1, failures: 0 },
    ...{ anchorAt: now, createdAt: now, cancelledAt: null },
    nextAt: nextDue(now, interval, now, rules.subscriptions.daySeconds),
  }
}
