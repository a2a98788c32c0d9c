import type { Tx } from '@rivulet/db'

/** What a receiver is given in a stream for a post, in nano; `postingId` is of the receiver. */
export type Delivery = {
  postingId: string
  receiverId: string
  stream: number
  postId: string
  amount: bigint
}

/**
 * How far the next deliveries go: whole receivers, with about `most` receipts, one in any case.
 * @returns the last posting of them; undefined when all that is left are few enough
 */
export async function nextEnd(
  tx: Tx,
  { delivered, last }: { delivered: string; last: string },
  most: number,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ first: string; edge: string | null; before: string | null }>({
    name: 'next-deliveries',
    text: `
      with edge as materialized (
        select posting_id as id from receipts where posting_id > $1 and posting_id <= $2
        order by posting_id offset $3 limit 1
      )
      select edge.id as edge, (
        select posting_id from receipts where posting_id > $1 and posting_id < edge.id order by posting_id desc limit 1
      ) as before
      from edge`,
    values: [delivered, last, most],
  })
  const row = rows[0]
  // Of one receiver's receipts alone there may be more than the step has room for.
  return row && (row.before ?? row.edge ?? undefined)
}

/** Adds up what stands of the closing credits of a period between two postings, the first excluded. */
export async function readDeliveries(
  tx: Tx,
  period: bigint,
  { delivered, end }: { delivered: string; end: string },
): Promise<Delivery[]> {
  const { rows } = await tx.query<Delivery>({
    name: 'read-deliveries',
    text: `
      select posting_id as "postingId", receiver_id as "receiverId", stream::int, post_id as "postId",
        sum(gross)::bigint as amount
      from receipts
      where posting_id > $1 and posting_id <= $2 and period = $3 and closing and reversal_id is null
      group by posting_id, receiver_id, stream, post_id
      order by posting_id, stream, post_id`,
    values: [delivered, end, period],
  })
  return rows
}

/** Notes how far deliveries are; with the last of them the period is closed. */
export async function advanceDelivered(
  tx: Tx,
  period: bigint,
  { end, isLast }: { end: string; isLast: boolean },
): Promise<void> {
  await tx.query({
    name: 'advance-delivered',
    text: `update periods set delivered = $2, status = case when $3 then 'closed'::period_status else status end,
             closed_at = case when $3 then now() end
           where number = $1`,
    values: [period, end, isLast],
  })
}
