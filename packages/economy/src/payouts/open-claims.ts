import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { memberAccount, STREAMS, settlingAccount } from '../chart.ts'
import { advance } from '../withdrawals/store.ts'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'
import { lockTaken, timesGivenBack } from './store.ts'

/**
 * Notes that an epoch is active: what its pull withdrawals ask for can be claimed from the vault, so it is `owed`.
 * Repeatable.
 */
export async function openClaims(tx: Tx, epoch: number): Promise<void> {
  const pulls = (await lockTaken(tx, epoch)).filter((w) => w.lane === 'pull' && w.status === 'settling')
  if (pulls.length === 0) return
  const ids = pulls.map((w) => w.id)
  const times = await timesGivenBack(tx, ids)
  await postFacts(
    tx,
    pulls.map((w) => ({
      id: w.id,
      // The leg that would give it back.
      leg: WITHDRAWAL_LEG.settle + 2 * (times.get(w.id) ?? 0) + 1,
      debit: settlingAccount(epoch),
      credit: memberAccount(w.memberId, 'owed'),
      amount: amountOf(w.amount),
      code: STREAMS.withdrawal,
    })),
  )
  await advance(tx, ids, 'owed')
}
