import { createPool, type Tx, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { tip } from '../tips/tip.ts'
import { addEarnings } from './add-earnings.ts'
import { type EarningsResult, earnings } from './earnings.ts'
import type { Bucket } from './rules.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const tips = (...inputs: Parameters<typeof tip>[2]) =>
  withTransaction(town.pool, (tx) => tip(tx, town.rules, inputs))

/** What a member earned, told as `2026-03-01T09 like 0.0005`, without what is nothing. */
async function told(memberId: string, bucket: Bucket, from: string, to: string): Promise<string[]> {
  const chart = await earnings(town.pool, memberId, { bucket, from: new Date(from), to: new Date(to) })
  if (!chart.ok) throw new Error(chart.code)
  return chart.series.flatMap(({ stream, values }) => {
    expect(values).toHaveLength(chart.buckets.length)
    return values.flatMap((value, i) =>
      value === 0n
        ? []
        : [`${chart.buckets[i]?.toISOString().slice(0, bucket === 'day' ? 10 : 13)} ${stream} ${value}`],
    )
  })
}

/** Everything from a day before to a day after now. */
const lately = (memberId: string, bucket: Bucket): Promise<EarningsResult> =>
  earnings(town.pool, memberId, {
    bucket,
    from: new Date(Date.now() - 2 * 86_400_000),
    to: new Date(Date.now() + 86_400_000),
  })

/** Moves what a member earned today to the day before: what yesterday would have left. */
const yesterday = (memberId: string) =>
  town.pool.query('update earnings set day = day - 1 where member_id = $1', [memberId])

/** Writes down what an earlier hour left: `['2026-03-01T09', 2, 500_000n]`, streams by their number. */
async function history(memberId: string, ...hours: [hour: string, stream: number, nano: bigint][]) {
  for (const [hour, stream, nano] of hours)
    await town.pool.query(
      `insert into earnings (member_id, stream, day, total, hours)
       select $1, $2, $3::date, $5::bigint, array_agg(case when h = $4 then $5::bigint else 0 end order by h)
       from generate_series(0, 23) as h
       on conflict (member_id, stream, day) do update
       set total = earnings.total + excluded.total,
           hours = (select array_agg(hour.old + hour.new order by hour.i) from unnest(earnings.hours, excluded.hours)
                    with ordinality as hour(old, new, i))`,
      [memberId, stream, hour.slice(0, 10), Number(hour.slice(11)), nano],
    )
}

test('likes, a comment and tips of alice stand in the hour they came, streams in their order', async () => {
  const alice = await town.member({ has: '10', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  await town.like(alice, post)
  await town.like(alice, post, true, 'comment')
  await town.like(alice, await town.post(bob))
  await tips(
    { payerId: alice, to: { postId: post }, amount: money('1') },
    { payerId: alice, to: { memberId: bob }, amount: money('2') },
  )
  for (const bucket of ['hour', 'day'] as const) {
    const chart = await lately(bob, bucket)
    if (!chart.ok) throw new Error(chart.code)
    expect(chart.series.map(({ stream, values }) => [stream, values.reduce((a, b) => a + b)])).toEqual([
      ['like', 1_000_000n],
      ['comment', 1_000_000n],
      ['tip', 2_925_000_000n],
    ])
    expect(chart.total).toBe(2_927_000_000n)
  }
  expect((await town.wallet(bob)).earnedTotal).toBe(2_927_000_000n)
  expect(await lately(alice, 'day')).toMatchObject({ series: [], total: 0n })
})

test('months of it: by hour, by day, and what lies outside is left out', async () => {
  const bob = await town.member()
  await history(
    bob,
    ['2026-02-28T23', 2, 500_000n],
    ['2026-03-01T00', 2, 1_000_000n],
    ['2026-03-01T09', 2, 500_000n],
    ['2026-03-01T09', 6, 97_500_000n],
    ['2026-03-01T23', 2, 1_500_000n],
    ['2026-03-02T00', 4, 1_000_000n],
    ['2026-03-04T12', 2, -500_000n],
  )
  expect(await told(bob, 'hour', '2026-02-28T23:30:00Z', '2026-03-01T23:00:00Z')).toEqual([
    '2026-02-28T23 like 500000',
    '2026-03-01T00 like 1000000',
    '2026-03-01T09 like 500000',
    '2026-03-01T09 tip 97500000',
  ])
  expect(await told(bob, 'hour', '2026-03-01T23:00:00Z', '2026-03-02T00:00:00.001Z')).toEqual([
    '2026-03-01T23 like 1500000',
    '2026-03-02T00 comment 1000000',
  ])
  expect(await told(bob, 'day', '2026-03-01T15:00:00Z', '2026-03-31T00:00:00Z')).toEqual([
    '2026-03-01 like 3000000',
    '2026-03-04 like -500000',
    '2026-03-02 comment 1000000',
    '2026-03-01 tip 97500000',
  ])
  expect(await told(bob, 'day', '2026-03-05T00:00:00Z', '2026-04-05T00:00:00Z')).toEqual([])
  expect((await town.wallet(bob)).earnedTotal).toBe(101_500_000n)
})

test('a like taken back the next day: yesterday keeps it, today loses it, together they are nothing', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  await town.like(alice, post)
  await yesterday(bob)
  await town.like(alice, post, false)
  const chart = await lately(bob, 'day')
  if (!chart.ok) throw new Error(chart.code)
  expect(chart.series).toHaveLength(1)
  expect(chart.series[0]?.values.filter((value) => value !== 0n)).toEqual([500_000n, -500_000n])
  expect(chart.total).toBe(0n)
  expect((await town.wallet(bob)).earnedTotal).toBe(0n)
})

test('liked and taken back within an hour, there is nothing to show', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const postId = await town.post(bob)
  const wish = { actorId: alice, postId, kind: 'like' as const }
  await town.act({ ...wish, on: true }, { ...wish, on: false })
  expect(await lately(bob, 'day')).toMatchObject({ ok: true, series: [], total: 0n })
})

test('what was refused or unfunded earned nothing', async () => {
  const alice = await town.member({ has: '0.1' })
  const bob = await town.member()
  expect(await town.like(alice, await town.post(bob))).toMatchObject({ unfunded: true })
  await tips({ payerId: alice, to: { memberId: bob }, amount: money('1') })
  expect(await lately(bob, 'hour')).toMatchObject({ series: [], total: 0n })
})

test('the hour is that of the transaction, whatever zone the session is in', async () => {
  const bob = await town.member()
  const now = await withTransaction(town.pool, async (tx) => {
    await tx.query(`set local time zone 'Asia/Kolkata'`)
    await addEarnings(tx, [{ memberId: bob, stream: 'tip', amount: 7n }])
    const { rows } = await tx.query<{ ms: number }>('select extract(epoch from now())::float8 * 1000 as ms')
    return new Date(rows[0]!.ms)
  })
  const hour = now.toISOString().slice(0, 13)
  expect(await told(bob, 'hour', `${hour}:00:00Z`, `${hour}:00:00.001Z`)).toEqual([`${hour} tip 7`])
})

test('fifty transactions at once, half of them in the opposite order: none deadlocks, and nothing is lost', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => town.member()))
  const changes = people.flatMap((memberId, i) => [
    { memberId, stream: 'like' as const, amount: BigInt(i + 1) },
    { memberId, stream: 'tip' as const, amount: 1_000n },
  ])
  // Without `withTransaction`, which would run a deadlock's victim again.
  const pool = createPool(town.adminUrl, { max: 50 })
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await addEarnings(client as unknown as Tx, n % 2 ? changes : changes.toReversed())
        await client.query('commit')
      } finally {
        client.release(true)
      }
    }),
  ).finally(() => pool.end())
  for (const [i, id] of people.entries())
    expect(await lately(id, 'day')).toMatchObject({ total: 50n * BigInt(i + 1 + 1_000) })
})

test('a batch for many is one statement, and an empty one is none', async () => {
  const people = await Promise.all(Array.from({ length: 30 }, () => town.member()))
  const asked: string[] = []
  const changes = people.map((memberId) => ({ memberId, stream: 'like' as const, amount: 5n }))
  await withTransaction(town.pool, async (tx) => {
    const counting = {
      query: (text: string, values: unknown[]) => {
        asked.push(text)
        return tx.query(text, values)
      },
    }
    await addEarnings(counting as unknown as Tx, changes)
    expect(asked).toHaveLength(1)
    await addEarnings(counting as unknown as Tx, [])
    await addEarnings(counting as unknown as Tx, [changes[0]!, { ...changes[0]!, amount: -5n }])
    expect(asked).toHaveLength(1)
  })
})

test('the database refuses a day that has not 24 hours, and what is no income; nothing is removed', async () => {
  const bob = await town.member()
  const insert = (hours: number, stream: number) =>
    town.pool.query(
      `insert into earnings (member_id, stream, day, total, hours)
       values ($1, $2, '2026-03-01', 0, array_fill(0::bigint, array[$3::int]))`,
      [bob, stream, hours],
    )
  await expect(insert(23, 2)).rejects.toThrow('earnings_hours_check')
  await expect(insert(24, 24)).rejects.toThrow('earnings_stream_check')
  await insert(24, 2)
  await expect(town.pool.query('delete from earnings')).rejects.toThrow('permission denied')
})
