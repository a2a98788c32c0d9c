import { ledgerOf, newId, notify, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { isFrozen } from '../exits/store.ts'
import type { Rules } from '../rules.ts'
import { type Destinations, faultOf, type WithdrawalFault } from './rules.ts'
import { noteTransition } from './store.ts'
import { WITHDRAWAL_LEG } from './withdrawal.ts'

export type RequestResult =
  | { ok: true; id: string }
  | { ok: false; code: WithdrawalFault | 'insufficient_funds' | 'frozen' }

/**
 * Takes a withdrawal on: its money moves to `withdrawing` and is spendable no more. The worker does the rest.
 * Repeating it requests another one.
 */
export async function requestWithdrawal(
  tx: Tx,
  rules: Rules,
  input: { memberId: string; amount: Amount; to: string; destinations: Destinations },
): Promise<RequestResult> {
  const fault = faultOf(input.amount, input.to, input.destinations, rules)
  if (fault) return { ok: false, code: fault }
  if (await isFrozen(tx)) return { ok: false, code: 'frozen' }

  const id = newId()
  const [answer] = await ledgerOf(tx).post([
    {
      id,
      leg: WITHDRAWAL_LEG.request,
      debit: memberAccount(input.memberId, 'available'),
      credit: memberAccount(input.memberId, 'withdrawing'),
      amount: input.amount,
      code: STREAMS.withdrawal,
    },
  ])
  if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
  if (answer !== 'ok') throw new Error(`a withdrawal was answered ${answer}`)
  await tx.query(
    `insert into withdrawals (id, member_id, amount, "to", lane, status) values ($1, $2, $3, $4, 'push', 'requested')`,
    [id, input.memberId, input.amount, input.to],
  )
  await noteTransition(tx, [id], 'requested')
  await notify(tx, 'settlement')
  return { ok: true, id }
}
