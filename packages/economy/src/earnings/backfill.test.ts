import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, withTransaction } from '@rivulet/db'
import { migrationsDir } from '@rivulet/db/migrate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { tip } from '../tips/tip.ts'
import { earnings } from './earnings.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const migration = readFileSync(join(migrationsDir, '20261128000100_earnings', 'migration.sql'), 'utf8')

/** Forgets what was kept, and reckons it from the history as the migration does on a database that has one. */
async function migrateAgain() {
  const owner = createPool(town.adminUrl, { max: 1 })
  await owner.query('drop table earnings')
  await owner.query(migration)
  await owner.end()
}

const kept = async () =>
  (await town.pool.query('select * from earnings order by member_id, stream, day')).rows

test('reckoned from receipts and tips, it is what would have been kept', async () => {
  const alice = await town.member({ has: '10', pledges: '1' })
  const bob = await town.member({ has: '1', pledges: '1' })
  const [one, two] = [await town.post(bob), await town.post(bob)]
  await town.like(alice, one)
  await town.like(alice, two)
  await town.like(alice, two, true, 'comment')
  await town.like(alice, two, false)
  await town.like(bob, await town.post(alice))
  await withTransaction(town.pool, (tx) =>
    tip(tx, town.rules, [
      { payerId: alice, to: { postId: one }, amount: money('1') },
      { payerId: alice, to: { memberId: bob }, amount: money('2') },
    ]),
  )
  const before = await kept()
  // bob's likes, comments and tips, and alice's likes; twice where midnight passes.
  expect(before.length).toBeGreaterThanOrEqual(4)
  await migrateAgain()
  expect(await kept()).toEqual(before)
})

test('a credit of the last hour of a day and its reversal today stand where they happened', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  await town.like(alice, post)
  await town.pool.query(
    `update receipts set created_at = '2026-02-28T23:59:59.999Z' where receiver_id = $1`,
    [bob],
  )
  await town.like(alice, post, false)
  await migrateAgain()

  const on = async (bucket: 'hour' | 'day', from: string, to: string | number) => {
    const chart = await earnings(town.pool, bob, { bucket, from: new Date(from), to: new Date(to) })
    return chart.ok && chart.series.map(({ stream, values }) => [stream, ...values])
  }
  expect(await on('hour', '2026-02-28T22:00:00Z', '2026-03-01T01:00:00Z')).toEqual([
    ['like', 0n, 500_000n, 0n],
  ])
  expect(await on('day', '2026-02-27T00:00:00Z', '2026-03-02T00:00:00Z')).toEqual([
    ['like', 0n, 500_000n, 0n],
  ])
  const since = new Date(Date.now() - 86_400_000).toISOString()
  expect((await on('day', since, Date.now() + 1_000)) || []).toContainEqual(
    expect.arrayContaining(['like', -500_000n]),
  )
  expect((await town.wallet(bob)).earnedTotal).toBe(0n)
  expect(await town.earningsAddUp()).toBe(true)
})
