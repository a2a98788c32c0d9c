import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { memberAccount, STREAMS, settlingAccount } from '../chart.ts'
import { advance } from '../withdrawals/store.ts'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'
import { type PayoutWithdrawal, timesGivenBack } from './store.ts'

/** Moves the money of withdrawals from their members' `withdrawing` to the epoch's clearing account. */
export async function startPayouts(
  tx: Tx,
  epoch: number,
  withdrawals: readonly PayoutWithdrawal[],
): Promise<void> {
  if (withdrawals.length === 0) return
  const times = await timesGivenBack(
    tx,
    withdrawals.map((w) => w.id),
  )
  await postFacts(
    tx,
    withdrawals.map((w) => ({
      // A leg of the withdrawal's own event: its money cannot go to a second epoch, whatever its state says.
      id: w.id,
      leg: WITHDRAWAL_LEG.settle + 2 * (times.get(w.id) ?? 0),
      debit: memberAccount(w.memberId, 'withdrawing'),
      credit: settlingAccount(epoch),
      amount: amountOf(w.amount),
      code: STREAMS.withdrawal,
    })),
  )
}

/** Notes which batch of which epoch pays these withdrawals: from here on they cannot be cancelled. */
export async function assignBatch(
  tx: Tx,
  place: { epoch: number; batch: number },
  withdrawalIds: string[],
): Promise<void> {
  const moved = await advance(tx, withdrawalIds, 'settling', place)
  if (moved.length !== withdrawalIds.length)
    throw new Error(`${withdrawalIds.length - moved.length} withdrawals were no longer requested`)
}

/** Notes that the transaction paying a batch is signed: its withdrawals are `submitted`. Repeatable. */
export async function markSubmitted(tx: Tx, place: { epoch: number; batch: number }): Promise<void> {
  const waiting = await tx.query<{ id: string }>(
    `select id from withdrawals where epoch = $1 and batch = $2 and status = 'settling'`,
    [place.epoch, place.batch],
  )
  if (waiting.rows.length > 0)
    await advance(
      tx,
      waiting.rows.map((row) => row.id),
      'submitted',
    )
}
