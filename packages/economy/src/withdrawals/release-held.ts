import { notify, type Tx } from '@rivulet/db'
import { advance } from './store.ts'

/**
 * Lets withdrawals go on whose hold has passed: they are `requested`, and the next one to that address is not held.
 *
 * Two at once take different ones; who cancels one meanwhile waits, or is waited for. Killed before its commit, nothing
 * has happened.
 *
 * @returns how many went on; 0 when none is due
 */
export async function releaseHeld(tx: Tx, { limit = 500 } = {}): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from withdrawals where status = 'held' and held_until <= now()
     order by id limit $1 for no key update skip locked`,
    [limit],
  )
  if (rows.length === 0) return 0
  const ids = await advance(
    tx,
    rows.map((row) => row.id),
    'requested',
  )
  await tx.query(
    `insert into withdrawal_destinations (member_id, address)
     select distinct member_id, "to" from withdrawals where id = any($1::uuid[]) order by 1, 2
     on conflict do nothing`,
    [ids],
  )
  await notify(tx, 'settlement')
  return ids.length
}
