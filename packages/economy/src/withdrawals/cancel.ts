import { ledgerOf, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { advance } from './store.ts'
import { WITHDRAWAL_LEG } from './withdrawal.ts'

export type CancelResult = { ok: true } | { ok: false; code: 'withdrawal_not_found' | 'not_cancellable' }

/**
 * Gives the money of a withdrawal back, as long as no epoch has taken it. A cancelled one stays cancelled; one that an exit
 * asked of the vault has made is not its member's to cancel.
 */
export async function cancelWithdrawal(
  tx: Tx,
  input: { memberId: string; id: string },
): Promise<CancelResult> {
  const found = await tx.query<{ amount: bigint; status: string; forced: boolean }>(
    'select amount, status, forced from withdrawals where id = $1 and member_id = $2 for update',
    [input.id, input.memberId],
  )
  const row = found.rows[0]
  if (!row) return { ok: false, code: 'withdrawal_not_found' }
  if (row.status === 'cancelled') return { ok: true }
  if (row.forced) return { ok: false, code: 'not_cancellable' }
  const cancelled = await advance(tx, [input.id], 'cancelled')
  if (cancelled.length === 0) return { ok: false, code: 'not_cancellable' }

  const [answer] = await ledgerOf(tx).post([
    {
      // A leg of its own of the withdrawal's event: cancelling twice could not pay twice even without the state.
      id: input.id,
      leg: WITHDRAWAL_LEG.cancel,
      debit: memberAccount(input.memberId, 'withdrawing'),
      credit: memberAccount(input.memberId, 'available'),
      amount: amountOf(row.amount),
      code: STREAMS.withdrawal,
    },
  ])
  if (answer !== 'ok') throw new Error(`cancelling a withdrawal was answered ${answer}`)
  return { ok: true }
}
