import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf } from '@rivulet/ledger'
import { GRANTS, memberAccount, STREAMS } from '../chart.ts'
import { addEarnings } from '../earnings/add-earnings.ts'
import type { Rules } from '../rules.ts'
import { mayView } from '../views/rules.ts'
import { readViewers } from '../views/viewer.ts'
import { exceedsCap, grantsAreOff } from './rules.ts'
import { grantedOn, insertGrants, lockTotals } from './store.ts'

export type Grant = { id: string; amount: Amount; createdAt: Date }

export type GrantResult =
  | { ok: true; grant: Grant }
  | { ok: false; code: 'grants_off' | 'suspended' | 'not_eligible' | 'grant_cap' }

/**
 * Moves a grant from `pool:grants` to each of these members' budgets: a whole one or none, to those who may be paid
 * viewers, within the caps of member and day, of the day and of all time, and while the pool has it.
 *
 * The batch answers as its inputs would one after another. Repeating an input asks for another grant: who must not ask
 * twice guards it with an idempotency key in the same transaction. Grants wait for each other, so the caps are exact.
 */
export async function grant(tx: Tx, rules: Rules, inputs: { memberId: string }[]): Promise<GrantResult[]> {
  if (grantsAreOff(rules)) return inputs.map(() => ({ ok: false, code: 'grants_off' }))
  const ids = inputs.map((input) => input.memberId)
  const totals = await lockTotals(tx)
  const viewers = await readViewers(tx, rules, ids)
  const memberToday = await grantedOn(tx, totals.day, ids)
  let { today, ever } = totals

  const plans = ids.map((memberId): { id: string; memberId: string } | GrantResult => {
    const viewer = viewers.get(memberId)
    const refusal = viewer ? mayView(viewer, rules.views) : 'unknown'
    if (refusal) return { ok: false, code: refusal === 'suspended' ? refusal : 'not_eligible' }
    const granted = { memberToday: memberToday.get(memberId) ?? 0n, today, ever }
    if (exceedsCap(granted, rules)) return { ok: false, code: 'grant_cap' }
    memberToday.set(memberId, granted.memberToday + rules.grants.amount)
    today += rules.grants.amount
    ever += rules.grants.amount
    return { id: newId(), memberId }
  })
  const planned = plans.filter((plan) => 'id' in plan)
  if (planned.length === 0) return plans as GrantResult[]

  const { amount } = rules.grants
  const ledger = ledgerOf(tx)
  await ledger.open([GRANTS])
  const answers = await ledger.post(
    planned.map(({ id, memberId }) => ({
      ...{ id, leg: 0, debit: GRANTS, credit: memberAccount(memberId, 'budget') },
      ...{ amount, code: STREAMS.grant },
    })),
  )
  // All are of one size and the pool only shrinks here: after the first it cannot pay, it pays none, as counted above.
  const unpaid = new Set(planned.filter((_, i) => answers[i] === 'insufficient'))
  const paid = planned.filter((_, i) => answers[i] === 'ok')
  if (unpaid.size + paid.length < planned.length) throw new Error(`grants were answered ${answers.join()}`)
  const createdAt = await insertGrants(
    tx,
    { day: totals.day, ruleVersion: rules.version },
    paid.map((plan) => ({ ...plan, amount })),
  )
  await addEarnings(
    tx,
    paid.map(({ memberId }) => ({ memberId, stream: 'grant', amount })),
  )
  return plans.map((plan): GrantResult => {
    if (!('id' in plan)) return plan
    if (unpaid.has(plan)) return { ok: false, code: 'grant_cap' }
    return { ok: true, grant: { id: plan.id, amount: amountOf(amount), createdAt } }
  })
}
