import { notify, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { giveBackPayouts, type Rules } from '@rivulet/economy'
import { purposeOf } from './purpose.ts'
import type { EpochRow } from './store.ts'

export type DiscardResult =
  | { discarded: true; withdrawals: number }
  /** Why not now: somebody was first, or a commit of it may still be mined. */
  | { discarded: false; because: string }

/**
 * Discards an epoch that came to nothing, in one transaction: its withdrawals wait again, what it had written down is
 * deleted but for its root and the reason, and its number is free for the next attempt.
 *
 * Refused while a commit of it is reserved, signed or mined and not final: that one could still put its root into the
 * vault. Whoever reserves a commit locks the epoch's row as this does, so none can appear meanwhile.
 */
export function discardEpoch(
  { pool, rules }: { pool: Pool; rules: Pick<Rules, 'unit'> },
  epoch: Pick<EpochRow, 'number' | 'attempt'>,
  reason: string,
): Promise<DiscardResult> {
  return withTransaction(pool, async (tx): Promise<DiscardResult> => {
    const { rows } = await tx.query<{ status: string }>(
      `select status::text from epochs where number = $1 and attempt = $2 for update`,
      [epoch.number, epoch.attempt],
    )
    const status = rows[0]?.status
    if (!status || !['built', 'checked', 'voided'].includes(status))
      return { discarded: false, because: `it is ${status ?? 'gone'}` }
    const commit = await liveCommit(tx, purposeOf(epoch, 'commit'), status === 'voided')
    if (commit) return { discarded: false, because: commit }

    const withdrawals = await giveBackPayouts(tx, rules, epoch.number)
    await tx.query(
      `insert into discarded_epochs (number, attempt, root, data_hash, reason)
       select number, attempt, root, data_hash, $2 from epochs where number = $1`,
      [epoch.number, reason],
    )
    for (const table of ['epoch_file_parts', 'epoch_nodes', 'epoch_batches', 'epoch_leaves'])
      await tx.query(`delete from ${table} where epoch = $1`, [epoch.number])
    await tx.query('delete from epochs where number = $1', [epoch.number])
    await notify(tx, 'settlement')
    return { discarded: true, withdrawals }
  })
}

/** A commit that may yet be mined, or was without the books knowing what became of it. */
async function liveCommit(tx: Tx, purpose: string, isVoided: boolean): Promise<string | undefined> {
  const { rows } = await tx.query<{ purpose: string; status: string }>(
    `select purpose, status::text from chain_transactions
     where (purpose = $1 or starts_with(purpose, $1 || '#')) and (status <> 'final' or (succeeded and not $2))
     order by nonce limit 1`,
    [purpose, isVoided],
  )
  return rows[0] && `${rows[0].purpose} is ${rows[0].status}`
}
