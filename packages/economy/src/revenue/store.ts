import type { Pool, Tx } from '@rivulet/db'
import { REVENUE, SURPLUS } from '../chart.ts'

/** Nano that `takeRevenue` took under an id; undefined where there is no such booking. */
export async function revenueTaken(tx: Tx, id: string): Promise<bigint | undefined> {
  const { rows } = await tx.query<{ amount: bigint }>(
    `select t.amount from ledger.transfer t
     join ledger.account d on d.id = t.debit join ledger.account c on c.id = t.credit
     where t.id = $1 and t.leg = 0 and d.ref = $2 and c.ref = $3`,
    [id, REVENUE, SURPLUS],
  )
  return rows[0]?.amount
}

/** The first epoch that is active, or was, and was built after that booking; undefined while there is none. */
export async function epochWithout(db: Pick<Pool, 'query'>, id: string): Promise<number | undefined> {
  const { rows } = await db.query<{ number: number | null }>(
    `select min(e.number) as number from epochs e, ledger.transfer t
     where t.id = $1 and t.leg = 0 and e.status in ('active', 'settled')
       and pg_visible_in_snapshot(t.posted_by, split_part(e.snapshot, '/', 1)::pg_snapshot)`,
    [id],
  )
  return rows[0]?.number ?? undefined
}
