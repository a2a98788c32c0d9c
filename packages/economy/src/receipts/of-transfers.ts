import type { Tx } from '@rivulet/db'
import { partColumns, type ReceiptPart } from './receipt.ts'

/**
 * The parts of credits that these transfers moved, as far as a member may see them: all as their payer, else the own ones.
 * A receiver is shown a close by the transfer to themselves.
 */
export async function receiptsOfTransfers(
  tx: Pick<Tx, 'query'>,
  memberId: string,
  transferIds: readonly string[],
): Promise<ReceiptPart[]> {
  if (transferIds.length === 0) return []
  const { rows } = await tx.query<ReceiptPart>({
    name: 'receipts-of-transfers',
    text: FOUND,
    values: [memberId, transferIds],
  })
  return rows
}

const FOUND = `
  with found as materialized (
    select ${partColumns('$1')} from receipts r
    where r.id = any ($2::uuid[]) and (r.payer_id = $1 or r.receiver_id = $1 and not r.closing)
    union all
    select ${partColumns('$1')} from receipts r
    where r.posting_id = any ($2::uuid[]) and r.receiver_id = $1
  )
  select f.*, (row_number() over (partition by event order by receipt, leg) - 1)::int as place
  from found f order by event, receipt, leg`
