import { fromNano, toNano } from '../money/amount.ts'
import type { Earnings, IncomeStream } from './streams.ts'

/** A stream's bars as they are drawn: each from the axis to its end; null where it has none. */
export type Stacked = { stream: IncomeStream; ends: (string | null)[] }

/**
 * Stacks the streams on each other, the first nearest to the axis: what was earned upwards, what was taken back downwards.
 * Drawn from the last to the first, each hides what of the one before it lies beneath.
 */
export function stack({ buckets, series }: Pick<Earnings, 'buckets' | 'series'>): Stacked[] {
  const up = buckets.map(() => 0n)
  const down = buckets.map(() => 0n)
  return series.map(({ stream, values }) => ({
    stream,
    ends: values.map((value, i) => {
      const nano = toNano(value)
      if (nano === 0n) return null
      const side = nano > 0n ? up : down
      side[i] = side[i]! + nano
      return fromNano(side[i])
    }),
  }))
}

/** What was earned in each bucket, by all streams. */
export const totals = ({ buckets, series }: Pick<Earnings, 'buckets' | 'series'>): string[] =>
  buckets.map((_, i) => fromNano(series.reduce((sum, { values }) => sum + toNano(values[i]!), 0n)))
