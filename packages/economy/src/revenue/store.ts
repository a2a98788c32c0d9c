import type { Tx } from '@rivulet/db'

/** Revenue that is booked to leave the vault; `amount` in nano. */
export type Take = {
  /** Of its transfer, and of the debit that `withdrawSurplus` names. */
  id: string
  amount: bigint
  /** The transaction that spent the debit, in a final block; null while none has. */
  paidOutBy: string | null
}

const COLUMNS = `r.id, r.amount, e.tx_hash as "paidOutBy"`

/** Makes other takes wait until this transaction ends, also for a key that has no row yet. */
export async function lockTakes(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('revenue takes', 0))`)
}

export async function takeOfKey(tx: Tx, key: string): Promise<Take | undefined> {
  const { rows } = await tx.query<Take>(
    `select ${COLUMNS} from revenue_takes r left join chain_events e on e.id = r.event_id where r.key = $1`,
    [key],
  )
  return rows[0]
}

export async function insertTake(tx: Tx, id: string, key: string, amount: bigint): Promise<void> {
  await tx.query('insert into revenue_takes (id, key, amount) values ($1, $2, $3)', [id, key, amount])
}

/** A take, locked until the transaction ends. */
export async function lockTake(tx: Tx, id: string): Promise<Take | undefined> {
  const { rows } = await tx.query<Take>(
    `select ${COLUMNS} from revenue_takes r left join chain_events e on e.id = r.event_id
     where r.id = $1 for update of r`,
    [id],
  )
  return rows[0]
}

/** Notes which withdrawal spent a take's debit. */
export async function markPaidOut(tx: Tx, id: string, eventId: string): Promise<void> {
  await tx.query('update revenue_takes set event_id = $2 where id = $1 and event_id is null', [id, eventId])
}

/**
 * The first active epoch whose tree no longer has what a take took out of it; undefined while there is none. Which
 * transactions an epoch saw is in `epochs.snapshot`, who posted a transfer in the transfer.
 */
export async function epochWithout(tx: Tx, id: string): Promise<number | undefined> {
  const { rows } = await tx.query<{ number: number }>(
    `select e.number from ledger.transfer t
       cross join lateral (
         select number, split_part(snapshot, '/', 1)::pg_snapshot as saw from epochs
         where status in ('active', 'settled') and snapshot like '%:%:%/%'
       ) e
     where t.id = $1 and t.leg = 0 and pg_visible_in_snapshot(t.posted_by, e.saw)
     order by e.number limit 1`,
    [id],
  )
  return rows[0]?.number
}
