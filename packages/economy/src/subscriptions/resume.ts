import type { Tx } from '@rivulet/db'
import type { SpendingKey } from '../keys/rules.ts'
import { inTurn } from '../payments/in-turn.ts'
import type { Rules } from '../rules.ts'
import { type ChargeFault, type ChargeResult, chargeEach } from './charge.ts'
import { nextDue } from './rules.ts'
import { type Charge, insertCharges, lockOwn, type Subscription, updateSubscriptions } from './store.ts'

export type ResumeInput = { id: string; payerId: string; key?: SpendingKey | undefined }

export type ResumeResult =
  | { ok: true; subscription: Subscription; charge: Charge }
  | { ok: false; code: 'subscription_not_found' | 'not_past_due' }
  | ChargeFault

/**
 * Goes on with subscriptions that are past due: with a charge at once, from which the intervals count anew. Without the
 * money for it they stay past due.
 *
 * The batch answers as its inputs would one after another.
 */
export function resume(tx: Tx, rules: Rules, inputs: ResumeInput[]): Promise<ResumeResult[]> {
  return inTurn(
    inputs,
    ({ id }) => id,
    (piece) => resumeEach(tx, rules, piece),
  )
}

async function resumeEach(tx: Tx, rules: Rules, inputs: ResumeInput[]): Promise<ResumeResult[]> {
  const { now, own } = await lockOwn(tx, inputs)
  const wishes = inputs.map((input): (Subscription & Pick<ResumeInput, 'key'>) | ResumeResult => {
    const one = own.get(input.id)
    if (!one || one.payerId !== input.payerId) return { ok: false, code: 'subscription_not_found' }
    return one.status === 'past_due' ? { ...one, key: input.key } : { ok: false, code: 'not_past_due' }
  })
  const pastDue = wishes.filter((wish) => 'id' in wish)
  const answers = await chargeEach(tx, rules, pastDue, now)
  const results = new Map(pastDue.map((one, i) => [one.id, answers[i] as ChargeResult]))
  const after = new Map(pastDue.map((one) => [one.id, resumed(one, now, rules)]))
  await insertCharges(
    tx,
    rules.version,
    answers.flatMap((answer) => (answer.ok ? [answer.planned] : [])),
  )
  await updateSubscriptions(
    tx,
    [...after.values()].filter(({ id }) => results.get(id)?.ok),
  )
  return wishes.map((wish): ResumeResult => {
    if (!('id' in wish)) return wish
    const result = results.get(wish.id) as ChargeResult
    if (!result.ok) return result
    return { ok: true, subscription: after.get(wish.id) as Subscription, charge: result.charge }
  })
}

const resumed = (one: Subscription, now: Date, rules: Rules): Subscription => ({
  ...one,
  status: 'active',
  charges: one.charges + 1,
  failures: 0,
  anchorAt: now,
  nextAt: nextDue(now, one.interval, now, rules.subscriptions.daySeconds),
})
