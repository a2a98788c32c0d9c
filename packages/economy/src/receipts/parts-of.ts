import type { Pool } from '@rivulet/db'
import { partColumns, type ReceiptPart } from './receipt.ts'

/** How an id leads to the parts of credits. */
export type PartsOf = {
  /** It is that of a credit, of what moved it to its receiver, of its reversal, or of its clearing. */
  by: 'credit' | 'reversal' | 'clearing'
  parts: ReceiptPart[]
  /** How many there are, also beyond the most that are handed out. */
  count: number
}

/** Parts handed out at once; all there are can be listed by their period. */
export const MOST_PARTS = 1_000

/**
 * The parts of credits that an id leads to and a member may see: all as their payer, else the own ones. Undefined when
 * there are none.
 */
export async function partsOf(pool: Pool, memberId: string, id: string): Promise<PartsOf | undefined> {
  const { rows } = await pool.query<ReceiptPart & { by: PartsOf['by']; count: number }>({
    name: 'receipt-parts',
    text: PARTS,
    values: [memberId, id, MOST_PARTS],
  })
  const [first] = rows
  if (!first) return undefined
  const parts = rows.map(({ by: _by, count: _count, ...part }) => part)
  return { by: first.by, parts, count: first.count }
}

// Each branch is one walk down an index. A receiver is not shown a close by the id of its payer's transfer.
const PARTS = `
  with found as materialized (
    select 'credit' as by, ${partColumns('$1')} from receipts r
    where r.id = $2 and (r.payer_id = $1 or r.receiver_id = $1 and not r.closing)
    union all
    select 'credit', ${partColumns('$1')} from receipts r
    where r.posting_id = $2 and r.receiver_id = $1
    union all
    select 'reversal', ${partColumns('$1')} from receipts r
    where r.reversal_id = $2 and (r.payer_id = $1 or r.receiver_id = $1)
    union all
    select 'clearing', ${partColumns('$1')} from receipts r
    where r.clearing_id = $2 and r.receiver_id = $1
  )
  select f.*, (row_number() over (order by event, receipt, leg) - 1)::int as place, (count(*) over ())::int as count
  from found f order by event, receipt, leg limit $3`
