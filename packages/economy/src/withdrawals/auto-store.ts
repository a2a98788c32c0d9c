import type { Pool, Tx } from '@rivulet/db'
import type { AutoWithdrawal } from './rules.ts'
import { ENDED } from './withdrawal.ts'

/** A member's standing order; undefined when there is none. */
export async function autoWithdrawalOf(db: Pool | Tx, memberId: string): Promise<AutoWithdrawal | undefined> {
  const { rows } = await db.query<AutoWithdrawal>(
    'select threshold, rest, lane from auto_withdrawals where member_id = $1',
    [memberId],
  )
  return rows[0]
}

export async function upsertOrder(tx: Tx, memberId: string, order: AutoWithdrawal): Promise<void> {
  await tx.query(
    `insert into auto_withdrawals (member_id, threshold, rest, lane) values ($1, $2, $3, $4)
     on conflict (member_id) do update
     set threshold = excluded.threshold, rest = excluded.rest, lane = excluded.lane`,
    [memberId, order.threshold, order.rest, order.lane],
  )
}

/** Ends a member's standing order. What it has withdrawn goes on. */
export async function endAutoWithdrawal(db: Pool | Tx, memberId: string): Promise<void> {
  await db.query('delete from auto_withdrawals where member_id = $1', [memberId])
}

/**
 * Locks a member's order, if there is one: `share` for those that withdraw by hand, who do not wait for each other;
 * `alone` for the one that carries it out, which lets somebody else's lock be.
 */
export async function lockOrder(
  tx: Tx,
  memberId: string,
  how: 'share' | 'alone',
): Promise<(AutoWithdrawal & { own: string }) | undefined> {
  const { rows } = await tx.query<AutoWithdrawal & { own: string }>(
    `select o.threshold, o.rest, o.lane, m.address as own
     from auto_withdrawals o join members m on m.id = o.member_id
     where o.member_id = $1 ${how === 'share' ? 'for share of o' : 'for update of o skip locked'}`,
    [memberId],
  )
  return rows[0]
}

/**
 * Whether something of a member's is under way: a withdrawal that has not ended, however old, or an exit asked of the
 * vault. What waits in the vault for its member to claim it is not: that is theirs to do, and more may come to it.
 *
 * Never cut this by an age: what is not proven to have ended may still be paid.
 */
export async function isUnderWay(tx: Tx, memberId: string): Promise<boolean> {
  const { rows } = await tx.query(
    `select from withdrawals where member_id = $1 and status <> all ($2::withdrawal_status[])
       and not (status = 'owed' and lane = 'pull')
     union all
     select from exit_requests e join vault_accounts v on v.index = e.index
     where v.member_id = $1 and e.resolved_block is null
     limit 1`,
    [memberId, ENDED],
  )
  return rows.length > 0
}

/**
 * Members whose order may be due, in order of their ids, after one: a look without locks, to be looked at again with them.
 * @param after the last member of the look before; undefined for the first
 */
export async function membersWithDueOrder(
  pool: Pool,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select o.member_id as id from auto_withdrawals o
       join ledger.account a on a.ref = 'member:' || o.member_id || ':available'
     where a.balance >= o.threshold and ($1::uuid is null or o.member_id > $1)
       and not exists (
         select from withdrawals w where w.member_id = o.member_id
           and w.status <> all (array['confirmed', 'cancelled', 'refunded']::withdrawal_status[])
           and not (w.status = 'owed' and w.lane = 'pull'))
     order by o.member_id limit $2`,
    [after ?? null, limit],
  )
  return rows.map((row) => row.id)
}
