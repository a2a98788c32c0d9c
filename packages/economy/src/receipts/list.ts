import type { Pool } from '@rivulet/db'
import { memberAccount, openViewsAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { partColumns, type ReceiptPart } from './receipt.ts'
import { idsBetween, type Side } from './rules.ts'

/** A part in a list: `position` is that of its event in the books. */
export type ListedPart = ReceiptPart & { position: bigint }

/** Which page: behind the part of that place within the event of that position. */
export type PartsPage = { after: { position: bigint; place: number } | undefined; take: number }

/**
 * The parts of credits that a member paid, or received, of a period: newest event first, reversed ones too.
 *
 * They are found by walking the entries of the accounts the money went out of, or came to, back from the end of the
 * period (received at a close: of the close) until the page is full; what a close paid, by payer and period.
 */
export async function listParts(
  pool: Pool,
  rules: Pick<Rules, 'periodSeconds'>,
  { memberId, side, period }: { memberId: string; side: Side; period: bigint },
  { after, take }: PartsPage,
): Promise<ListedPart[]> {
  const begins = Number(period) * rules.periodSeconds * 1_000
  const during = idsBetween(begins, begins + rules.periodSeconds * 1_000)
  const accounts =
    side === 'payer' ? await payingAccounts(pool, memberId) : [memberAccount(memberId, 'pending')]
  const closed = side === 'receiver' ? await idsOfClose(pool, period) : []
  const { rows } = await pool.query<ListedPart>({
    name: `receipts-as-${side}`,
    text: side === 'receiver' ? RECEIVED : PAID,
    values: [memberId, period, accounts, ...during, after?.position, after?.place, take, ...closed],
  })
  return rows
}

/** What a member pays credits out of; a sponsor views too. */
async function payingAccounts(pool: Pool, memberId: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from campaigns where sponsor_id = $1', [
    memberId,
  ])
  return [
    memberAccount(memberId, 'budget'),
    memberAccount(memberId, 'pledge'),
    ...rows.map(({ id }) => openViewsAccount(id)),
  ]
}

/** Which ids the transfers of a period's close have; of one that has not begun, none. */
async function idsOfClose(pool: Pool, period: bigint): Promise<[string, string]> {
  const { rows } = await pool.query<{ begun: Date; ended: Date }>(
    'select started_at as begun, coalesce(closed_at, now()) as ended from periods where number = $1',
    [period],
  )
  const row = rows[0]
  return row ? idsBetween(row.begun.getTime(), row.ended.getTime()) : [NONE, NONE]
}

/** More than an event has entries beyond its parts. */
const LEGS = 10

const NONE = '00000000-0000-0000-0000-000000000000'

/**
 * Walks the entries of each account, newest first, along the index of its side and position. Each entry that is taken has
 * a part of its own, so that as many entries as a page takes are enough for it, and those of the event it begins in.
 */
const page = (side: 'debit' | 'credit', isTaken: string, found: string) => `
  with walked as materialized (
    select w.id, max(w.seq) as seq
    from ledger.account own cross join lateral (
      select t.id, t.seq from ledger.transfer t
      where t.${side} = own.id and ($6::bigint is null or t.seq <= $6) and ${isTaken}
      order by t.seq desc limit $8 + coalesce($7::int + ${LEGS}, 0)
    ) w
    where own.ref = any ($3::text[]) group by w.id
  ), found as materialized (${found}), placed as (
    select f.*, (row_number() over (partition by event order by receipt, leg) - 1)::int as place from found f
  )
  select * from placed
  where $6::bigint is null or position < $6 or position = $6 and place > $7::int
  order by position desc, place limit $8`

const PAID = page(
  'debit',
  `t.id >= $4 and t.id < $5 and exists (
    select from receipts r
    where r.id = t.id and r.leg = t.leg and r.payer_id = $1 and r.period = $2 and not r.closing
  )`,
  `select ${partColumns('$1')}, t.seq as position
   from receipts r join ledger.transfer t on t.id = r.id and t.leg = 0
   where r.payer_id = $1 and r.period = $2 and r.closing
   union all
   select ${partColumns('$1')}, w.seq from walked w join receipts r on r.id = w.id where r.payer_id = $1`,
)

const RECEIVED = page(
  'credit',
  `(t.id >= $4 and t.id < $5 and exists (
      select from receipts r
      where r.id = t.id and r.leg = t.leg and r.receiver_id = $1 and r.period = $2 and not r.closing
    ) or t.id >= $9 and t.id < $10 and exists (
      select from receipts r where r.posting_id = t.id and r.receiver_id = $1 and r.period = $2
    ))`,
  `select ${partColumns('$1')}, w.seq as position
   from walked w join receipts r on r.id = w.id
   where r.receiver_id = $1 and not r.closing
   union all
   select ${partColumns('$1')}, w.seq
   from walked w join receipts r on r.posting_id = w.id
   where r.receiver_id = $1 and r.period = $2`,
)
