import type { Pool, Tx } from '@rivulet/db'
import { type IncomeStream, STREAMS, streamOf } from '../chart.ts'
import { literal } from '../sql.ts'
import type { EarningsChange } from './rules.ts'

/**
 * The statement that adds to the rows of today, in the hour the transaction began in. The order is what keeps two batches
 * from waiting for each other.
 *
 * @param sums a relation of (member, stream, amount), each member and stream at most once: a row can be touched once by
 * a statement
 */
export const addSums = (sums: string) => `
  insert into earnings as e (member_id, stream, day, total, hours)
  select c.member, c.stream, (now() at time zone 'UTC')::date, c.amount,
         array_fill(0::bigint, array[h.hour]) || c.amount || array_fill(0::bigint, array[23 - h.hour])
  from ${sums} c, (select extract(hour from now() at time zone 'UTC')::int) as h(hour)
  order by c.member, c.stream
  on conflict (member_id, stream, day) do update
  set total = e.total + excluded.total,
      hours[extract(hour from now() at time zone 'UTC')::int + 1] =
        e.hours[extract(hour from now() at time zone 'UTC')::int + 1] + excluded.total`

const UPSERT = addSums(
  '(select * from unnest($1::uuid[], $2::smallint[], $3::bigint[]) as u (member, stream, amount))',
)

/** Adds to the rows of today. Each member and stream at most once. */
export async function upsertEarnings(tx: Tx, sums: EarningsChange[]): Promise<void> {
  if (sums.length === 0) return
  await tx.query({
    name: 'upsert-earnings',
    text: UPSERT,
    values: [
      literal(sums.map((s) => s.memberId)),
      literal(sums.map((s) => STREAMS[s.stream])),
      literal(sums.map((s) => s.amount)),
    ],
  })
}

/** What is in one bucket; `at` counts buckets since 1970. */
export type EarningsCell = { stream: IncomeStream; at: number; amount: bigint }

/** From `first` to `last`, both included, counted since 1970 in the buckets asked for. */
export type BucketSpan = { first: number; last: number }

/** The days of a member that hold something. One row a stream, because a driver's rows cost more than the reading. */
export async function readDays(pool: Pool, memberId: string, span: BucketSpan): Promise<EarningsCell[]> {
  const { rows } = await pool.query<{ stream: number; days: string; totals: string }>(
    `select stream, string_agg((day - date '1970-01-01')::text, ',') as days, string_agg(total::text, ',') as totals
     from earnings
     where member_id = $1 and total <> 0
       and day between date '1970-01-01' + $2::int and date '1970-01-01' + $3::int
     group by stream`,
    [memberId, span.first, span.last],
  )
  return rows.flatMap(({ stream, days, totals }) => {
    const amounts = totals.split(',').map(BigInt)
    return days.split(',').map((day, i) => cell(stream, Number(day), amounts[i] as bigint))
  })
}

/** The hours of a member that hold something. */
export async function readHours(pool: Pool, memberId: string, span: BucketSpan): Promise<EarningsCell[]> {
  const { rows } = await pool.query<{ stream: number; day: number; hours: string }>(
    `select stream, day - date '1970-01-01' as day, array_to_string(hours, ',') as hours
     from earnings
     where member_id = $1 and day between date '1970-01-01' + $2::int and date '1970-01-01' + $3::int`,
    [memberId, Math.floor(span.first / 24), Math.floor(span.last / 24)],
  )
  return rows
    .flatMap(({ stream, day, hours }) =>
      hours.split(',').map((amount, hour) => cell(stream, day * 24 + hour, BigInt(amount))),
    )
    .filter(({ at, amount }) => amount !== 0n && at >= span.first && at <= span.last)
}

const cell = (stream: number, at: number, amount: bigint): EarningsCell => ({
  stream: streamOf(stream) as IncomeStream,
  at,
  amount,
})
