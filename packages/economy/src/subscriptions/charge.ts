import { newId, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import type { SpendingKey, SpendLimitReached } from '../keys/rules.ts'
import { pay } from '../payments/pay.ts'
import { type Bar, splitPayment } from '../payments/rules.ts'
import { type Bars, barsBetween } from '../payments/store.ts'
import type { Rules } from '../rules.ts'
import type { Charge, PlannedCharge, Subscription } from './store.ts'

export type ChargeFault =
  | { ok: false; code: Bar | 'self_subscription' | 'below_minimum' | 'insufficient_funds' }
  | SpendLimitReached

export type ChargeResult = { ok: true; charge: Charge; planned: PlannedCharge } | ChargeFault

/** A subscription to take the next charge of; by a key where its payer does it with one. */
export type Chargeable = Pick<Subscription, 'id' | 'payerId' | 'receiverId' | 'amount' | 'charges'> & {
  key?: SpendingKey | undefined
}

/**
 * Takes the next charge of subscriptions, from the payers' `available` to the receivers' `available`, less the fee. Whoever
 * calls this has locked them, and writes the charges and how the subscriptions stand.
 *
 * @param now the transaction's own time
 */
export async function chargeEach(
  tx: Tx,
  rules: Rules,
  subscriptions: Chargeable[],
  now: Date,
): Promise<ChargeResult[]> {
  const bars = await barsBetween(tx, subscriptions)
  const plans = subscriptions.map((one) => planCharge(one, bars, rules))
  const planned = plans.filter((plan) => 'id' in plan)
  const answers = await pay(tx, planned)
  const results = new Map(planned.map((plan, i) => [plan, answers[i]]))
  return plans.map((plan): ChargeResult => {
    if (!('id' in plan)) return plan
    const result = results.get(plan)
    if (!result?.ok) return result ?? { ok: false, code: 'insufficient_funds' }
    const { id, ordinal, amount, fee } = plan
    return { ok: true, charge: { id, ordinal, amount, fee, createdAt: now }, planned: plan }
  })
}

function planCharge(one: Chargeable, people: Bars, rules: Rules): PlannedCharge | ChargeFault {
  const { payerId, receiverId, key } = one
  if (people.isSuspended(payerId)) return { ok: false, code: 'suspended' }
  const bars = people.of(payerId)
  const to = { authorId: receiverId, splits: [] }
  const split = splitPayment(amountOf(one.amount), to, { payerId, bars, feeBps: rules.fees.tipBps })
  if (!split.ok) return { ok: false, code: split.code === 'self' ? 'self_subscription' : split.code }
  const { amount, fee, parts } = split
  return {
    ...{ id: newId(), payerId, key, postId: null, amount, fee, parts, stream: 'subscription' },
    ...{ subscriptionId: one.id, ordinal: one.charges },
  }
}
