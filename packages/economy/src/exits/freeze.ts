import { ledgerOf, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { lockTaken } from '../payouts/store.ts'
import { advance } from '../withdrawals/store.ts'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'

const AT_ONCE = 1_000

/**
 * Books `ExitModeEntered`: no epoch will ever take what waits for one, so the money of every withdrawal that does is
 * `available` again, forced ones included; from there exits are booked.
 */
export async function cancelWaiting(tx: Tx): Promise<void> {
  for (;;) {
    const { rows } = await tx.query<{ id: string; memberId: string; amount: bigint }>(
      `select id, member_id as "memberId", amount from withdrawals where status in ('requested', 'held')
       order by id limit $1 for no key update`,
      [AT_ONCE],
    )
    if (rows.length === 0) return
    const answers = await ledgerOf(tx).post(
      rows.map(({ id, memberId, amount }) => ({
        ...{ id, leg: WITHDRAWAL_LEG.cancel, debit: memberAccount(memberId, 'withdrawing') },
        ...{ credit: memberAccount(memberId, 'available'), amount: amountOf(amount) },
        code: STREAMS.withdrawal,
      })),
    )
    const refused = answers.find((answer) => answer !== 'ok')
    if (refused) throw new Error(`cancelling a withdrawal was answered ${refused}`)
    await advance(
      tx,
      rows.map((row) => row.id),
      'cancelled',
    )
  }
}

/** The withdrawals of an address that are on their way in batches, oldest first, locked. */
export async function lockUnpaid(tx: Tx, epoch: number, address: string) {
  const taken = await lockTaken(tx, epoch)
  return taken.filter(
    (w) => w.lane === 'push' && w.to === address && ['settling', 'submitted'].includes(w.status),
  )
}
