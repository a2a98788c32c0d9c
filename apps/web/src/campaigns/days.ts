import type { ReportDay } from './campaign.ts'

const DAY_MS = 86_400_000
const MOST = 30

/** The days of a chart, oldest first, without gaps: from the first with anything to the last, 30 at most, two at least. */
export function viewsByDay(days: readonly Pick<ReportDay, 'day' | 'paid'>[]): {
  buckets: string[]
  views: number[]
} {
  const [newest] = days
  if (!newest) return { buckets: [], views: [] }
  const last = Date.parse(newest.day)
  const span = (last - Date.parse(days.at(-1)!.day)) / DAY_MS + 1
  const count = Math.min(MOST, Math.max(2, span))
  const paid = new Map(days.map((one) => [one.day, one.paid]))
  const buckets = Array.from({ length: count }, (_, i) =>
    new Date(last - (count - 1 - i) * DAY_MS).toISOString(),
  )
  return { buckets, views: buckets.map((bucket) => paid.get(bucket.slice(0, 10)) ?? 0) }
}
