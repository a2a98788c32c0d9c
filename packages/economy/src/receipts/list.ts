import type { Pool } from '@rivulet/db'
import { memberAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { partColumns, type ReceiptPart } from './receipt.ts'
import { idsBetween, type Side } from './rules.ts'

/** Which page: behind the part of that place within that event. */
export type PartsPage = { after: { event: string; place: number } | undefined; take: number }

/**
 * The parts of credits that a member paid, or received, of a period: newest event first, reversed ones too.
 *
 * What was paid or received at once is found by the entries of the accounts it went out of, or came to, while the period
 * lasted; what a close paid, by the payer and the period, or by the entries of the time of the close.
 */
export async function listParts(
  pool: Pool,
  rules: Pick<Rules, 'periodSeconds'>,
  { memberId, side, period }: { memberId: string; side: Side; period: bigint },
  { after, take }: PartsPage,
): Promise<ReceiptPart[]> {
  const begins = Number(period) * rules.periodSeconds * 1_000
  const ends = begins + rules.periodSeconds * 1_000
  const [from, to] = idsBetween(begins, ends)
  const accounts =
    side === 'receiver'
      ? [memberAccount(memberId, 'pending')]
      : [memberAccount(memberId, 'budget'), memberAccount(memberId, 'pledge')]
  const more = side === 'receiver' ? await idsOfClose(pool, period) : [momentOf(begins), momentOf(ends)]
  const { rows } = await pool.query<ReceiptPart>({
    name: `receipts-as-${side}`,
    text: side === 'receiver' ? RECEIVED : PAID,
    values: [memberId, period, accounts, from, to, after?.event ?? null, after?.place ?? null, take, ...more],
  })
  return rows
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

/** Periods that are further off than dates are end with them. */
const momentOf = (ms: number) => new Date(Math.min(ms, Date.UTC(9999, 11, 31)))

const NONE = '00000000-0000-0000-0000-000000000000'

const page = (found: string) => `
  with own as materialized (
    select id from ledger.account where ref = any ($3::text[])
  ), found as materialized (${found}), placed as (
    select f.*, (row_number() over (partition by event order by receipt, leg) - 1)::int as place from found f
  )
  select * from placed
  where $6::uuid is null or event < $6 or event = $6 and place > $7::int
  order by event desc, place limit $8`

const PAID = page(`
    select ${partColumns('$1')} from receipts r where r.payer_id = $1 and r.period = $2 and r.closing
    union all
    select ${partColumns('$1')}
    from (
      select distinct t.id from ledger.transfer t
      where t.debit in (select id from own) and t.id >= $4 and t.id < $5 and ($6::uuid is null or t.id <= $6)
    ) moved join receipts r on r.id = moved.id
    where r.payer_id = $1 and r.period = $2 and not r.closing
    union all
    select ${partColumns('$1')}
    from campaigns c
      join views v on v.campaign_id = c.id and v.paid_at >= $9::timestamptz and v.paid_at < $10::timestamptz
      join receipts r on r.id = v.id
    where c.sponsor_id = $1 and r.payer_id = $1 and r.period = $2`)

const RECEIVED = page(`
    select ${partColumns('$1')}
    from (
      select distinct t.id from ledger.transfer t
      where t.credit in (select id from own) and t.id >= $4 and t.id < $5 and ($6::uuid is null or t.id <= $6)
    ) moved join receipts r on r.id = moved.id
    where r.receiver_id = $1 and r.period = $2 and not r.closing
    union all
    select ${partColumns('$1')}
    from (
      select distinct t.id from ledger.transfer t
      where t.credit in (select id from own) and t.id >= $9 and t.id < $10 and ($6::uuid is null or t.id <= $6)
    ) moved join receipts r on r.posting_id = moved.id
    where r.receiver_id = $1 and r.period = $2`)
