import type { IncomeStream } from '../chart.ts'

/** How wide the columns of a chart are. Both begin where UTC says. */
export type Bucket = 'hour' | 'day'

/** What a chart shows: `from` inclusive, `to` exclusive; the first bucket is the one `from` lies in, whole. */
export type EarningsRange = { bucket: Bucket; from: Date; to: Date }

/** One movement of what a member earned, in nano: a credit is positive, its reversal negative. */
export type EarningsChange = { memberId: string; stream: IncomeStream; amount: bigint }

/** Most buckets of one chart. */
export const MOST_BUCKETS = 1_000

/** How many buckets a chart has when nobody says where it begins. */
const USUAL_BUCKETS: Record<Bucket, number> = { hour: 24, day: 30 }

const HOUR_MS = 3_600_000
const LENGTH_MS: Record<Bucket, number> = { hour: HOUR_MS, day: 24 * HOUR_MS }

export type BucketsFault =
  | { code: 'empty_range' }
  | {
      code: 'too_many_buckets'
      /** How many it would be. */
      count: number
    }

/**
 * The buckets a range touches. @returns `first`: the number of the first, counted in whole buckets since 1970; starts
 * of all of them
 */
export function bucketsIn({
  bucket,
  from,
  to,
}: EarningsRange): { ok: true; first: number; starts: Date[] } | ({ ok: false } & BucketsFault) {
  if (from >= to) return { ok: false, code: 'empty_range' }
  const length = LENGTH_MS[bucket]
  const first = Math.floor(from.getTime() / length)
  const count = Math.ceil(to.getTime() / length) - first
  if (count > MOST_BUCKETS) return { ok: false, code: 'too_many_buckets', count }
  return { ok: true, first, starts: Array.from({ length: count }, (_, i) => new Date((first + i) * length)) }
}

/** Where a chart begins when nobody says: 24 hours or 30 days, the bucket before `to` being the last of them. */
export function usualFrom(bucket: Bucket, to: Date): Date {
  const length = LENGTH_MS[bucket]
  return new Date((Math.ceil(to.getTime() / length) - USUAL_BUCKETS[bucket]) * length)
}

/** Sums changes by member and stream; what sums to nothing is left out. */
export function sumChanges(changes: EarningsChange[]): EarningsChange[] {
  const sums = new Map<string, EarningsChange>()
  for (const change of changes) {
    const key = `${change.memberId}/${change.stream}`
    sums.set(key, { ...change, amount: (sums.get(key)?.amount ?? 0n) + change.amount })
  }
  return [...sums.values()].filter((sum) => sum.amount !== 0n)
}
