import { createPool } from '@rivulet/db'
import { type Bucket, earnings } from '@rivulet/economy'
import type { BenchArguments } from '../harness/arguments.ts'
import type { Cell } from '../harness/bench.ts'
import type { BenchDatabase } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { ALICE, creditsOf } from './history.ts'
import { type Scene, timed } from './reading.ts'

/** Two years, up to this day and without it. */
const DAYS = 731
const END = new Date('2026-07-01T00:00:00Z')
const STREAMS = 9
/** Others have a chart as well: alice's rows lie among theirs. */
const OTHERS = 300

const HOUR_MS = 3_600_000

/** Nano that alice earned in each hour, by each stream: a million credits, spread evenly. */
const hourly = (arguments_: BenchArguments) =>
  (BigInt(creditsOf(arguments_)) * 500_000n) / BigInt(STREAMS * DAYS * 24)

/** What is left of two years of earning by all nine streams, in every hour, in the order it would have grown in. */
export async function seedEarnings(template: BenchDatabase, arguments_: BenchArguments): Promise<void> {
  const pool = createPool(template.url, { max: 1, transactionTimeoutMs: 600_000 })
  try {
    await pool.query(ROLLUP, [END, DAYS, STREAMS, ALICE, arguments_.quick ? 10 : OTHERS, hourly(arguments_)])
  } finally {
    await pool.end()
  }
}

const ROLLUP = `
  insert into earnings (member_id, stream, day, total, hours)
  select who.id, stream, ($1::timestamptz at time zone 'UTC')::date - back, 24 * $6::bigint,
    array_fill($6::bigint, array[24])
  from generate_series($2::int, 1, -1) back
    cross join (
      select $4::uuid as id
      union all
      select ('0190b0b0-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid from generate_series(1, $5::int) n
    ) who
    cross join generate_series(1, case when who.id = $4::uuid then $3::int else 1 end) stream
  order by back desc, who.id, stream`

/** A chart over a range, again and again, whose sum is known. */
function chartCell(name: string, bucket: Bucket, hours: number): Cell<Scene> {
  return {
    name,
    async measure(scene, arguments_) {
      const from = new Date(END.getTime() - hours * HOUR_MS)
      const sum = hourly(arguments_) * BigInt(STREAMS * hours)
      const latencies = await timed(arguments_.seconds, async () => {
        const chart = await earnings(scene.pool, ALICE, { bucket, from, to: END })
        if (!chart.ok) throw new Error(`the chart was refused: ${chart.code}`)
        if (chart.total !== sum) throw new Error(`the chart sums to ${chart.total} instead of ${sum}`)
      })
      return {
        perSecond: latencies.length / arguments_.seconds,
        latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
        note: `${latencies.length} charts`,
      }
    },
  }
}

export const byDay = chartCell('earnings, two years by day', 'day', DAYS * 24)
/** As many hours as one chart may show, in whole days. */
export const byHour = chartCell('earnings, 41 days by hour', 'hour', 41 * 24)
