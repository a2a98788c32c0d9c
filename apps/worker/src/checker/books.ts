import type { Db } from './connect.ts'
import { type Moment, seenBy } from './moment.ts'

/**
 * Every balance that was not empty at a moment, in nano by account, added up from transfers: the newest checkpoint, plus
 * what came after it and the moment saw, less what is in it and the moment did not see. Balances are not looked at, nor
 * months that lie before a checkpoint.
 */
export async function balancesAt(db: Db, { snapshot, own }: Moment): Promise<Map<string, bigint>> {
  const checkpoints = await db.query<{ newest: bigint; before: bigint }>(
    `select coalesce(max(upto), 0)::bigint as newest,
            -- The newest that the moment saw: whatever lies up to it was over by then.
            coalesce(max(upto) filter (where ${seenCheckpoint('c')}), 0)::bigint as before
     from ledger.checkpoint c`,
    [snapshot],
  )
  const { newest, before } = checkpoints.rows[0]!
  const { rows } = await db.query<{ ref: string; balance: bigint }>(
    `select a.ref, sum(moved.amount)::bigint as balance
     from (
       select account, balance as amount from ledger.checkpoint_balance
       union all
       select side.account, case when t.seq > $3 then side.amount else -side.amount end
       from ledger.transfer t
         cross join lateral (values (t.debit, -t.amount), (t.credit, t.amount)) as side (account, amount)
       where t.seq > $4 and (t.seq > $3) = ${seenBy('t', '$1', '$2')}
     ) moved join ledger.account a on a.id = moved.account
     group by a.ref having sum(moved.amount) <> 0`,
    [snapshot, own, newest, before],
  )
  return new Map(rows.map((row) => [row.ref, row.balance]))
}

/** A checkpoint is written by a whole transaction; one that is not surely older is not relied on. */
function seenCheckpoint(c: string): string {
  const raw = `${c}.xmin::text::bigint`
  const high = 'pg_snapshot_xmax($1::pg_snapshot)::text::bigint'
  return `(${raw} + (((${high} - ${raw} + 2147483648) >> 32) << 32)) < pg_snapshot_xmin($1::pg_snapshot)::text::bigint`
}

/** What a period that was being closed at the moment still had to deliver, in nano by receiver. */
export async function undeliveredAt(
  db: Db,
  { snapshot, own }: Moment,
  period: bigint,
): Promise<Map<string, bigint>> {
  const seen = (id: string) =>
    `exists (select from ledger.transfer t where t.id = ${id} and ${seenBy('t', '$1', '$2')})`
  const { rows } = await db.query<{ receiver: string; gross: bigint }>(
    `select r.receiver_id as receiver, sum(r.gross)::bigint as gross from receipts r
     where r.period = $3 and r.closing and ${seen('r.id')} and not ${seen('r.posting_id')}
       and (r.reversal_id is null or not ${seen('r.reversal_id')})
     group by 1`,
    [snapshot, own, period],
  )
  return new Map(rows.map((row) => [row.receiver, row.gross]))
}
