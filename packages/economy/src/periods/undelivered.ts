import type { Tx } from '@rivulet/db'
import { isUndelivered } from './posting-ids.ts'

/** A closing credit, as its receipt names it. */
export type ClosingPart = { period: bigint; postingId: string | null }

/** The account a closing credit is in until it is delivered, by its name and its id in the books. */
export type PeriodAccount = { ref: string; id: bigint }

/**
 * Where the money of these closing credits is: the account of their period while that is being closed and has not come to
 * their receiver; undefined when it is in the receiver's `pending`. It stays so until this transaction ends: a delivery
 * waits for it. Call it with the credits' receipts locked, and before accounts are.
 */
export async function lockUndelivered(
  tx: Tx,
  credits: readonly ClosingPart[],
): Promise<(PeriodAccount | undefined)[]> {
  if (credits.length === 0) return []
  const { rows } = await tx.query<{ number: bigint; delivered: string | null; ref: string; id: bigint }>({
    name: 'lock-undelivered',
    text: `select p.number, p.delivered, a.ref, a.id from periods p
             cross join lateral (select ref, id from ledger.account where ref = 'period:' || p.number limit 1) a
           where p.number = any($1::bigint[]) and p.status = 'closing' order by p.number for share of p`,
    values: [`{${[...new Set(credits.map((credit) => credit.period))].join(',')}}`],
  })
  const closing = new Map(rows.map((row) => [row.number, row]))
  return credits.map(({ period, postingId }) => {
    const row = closing.get(period)
    if (!row?.delivered || postingId === null || !isUndelivered(postingId, row.delivered)) return undefined
    return { ref: row.ref, id: row.id }
  })
}
