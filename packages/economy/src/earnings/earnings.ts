import type { Pool } from '@rivulet/db'
import { INCOME_STREAMS, type IncomeStream } from '../chart.ts'
import { type BucketsFault, bucketsIn, type EarningsRange } from './rules.ts'
import { readDays, readHours } from './store.ts'

/** A chart of what a member earned, in nano. A bucket with more reversed than earned is negative. */
export type Earnings = {
  /** Where each bucket begins. */
  buckets: Date[]
  /** Streams with anything in the range, in the order of `INCOME_STREAMS`; a value for each bucket. */
  series: { stream: IncomeStream; values: bigint[] }[]
  /** Sum of all values. */
  total: bigint
}

export type EarningsResult = ({ ok: true } & Earnings) | ({ ok: false } & BucketsFault)

/**
 * What a member earned, by stream and bucket: before clearing fees, tips net of their fee, a reversal where it
 * happened. Refuses a range that holds nothing, or more than `MOST_BUCKETS`.
 */
export async function earnings(pool: Pool, memberId: string, range: EarningsRange): Promise<EarningsResult> {
  const buckets = bucketsIn(range)
  if (!buckets.ok) return buckets
  const { first, starts } = buckets
  const read = range.bucket === 'day' ? readDays : readHours
  const cells = await read(pool, memberId, { first, last: first + starts.length - 1 })

  const valuesOf = new Map<IncomeStream, bigint[]>()
  for (const { stream, at, amount } of cells) {
    const values = valuesOf.get(stream) ?? starts.map(() => 0n)
    values[at - first] = amount
    valuesOf.set(stream, values)
  }
  return {
    ok: true,
    buckets: starts,
    series: INCOME_STREAMS.flatMap((stream) => {
      const values = valuesOf.get(stream)
      return values ? [{ stream, values }] : []
    }),
    total: cells.reduce((sum, cell) => sum + cell.amount, 0n),
  }
}
