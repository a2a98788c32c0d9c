import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actingBefore, closePeriod, endPeriod, periodsAreEmpty } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { act } from '../interactions/act.ts'
import { closePeriodStep, type StepOptions } from './close-period.ts'

const ROUNDS = process.env.LONG ? 100 : 4
const ACTS = 50

let town: Town
let other: Pool
beforeAll(async () => {
  town = await openTown()
  other = createPool(town.pool.options.connectionString!)
})
afterAll(async () => {
  await other.end()
  await town.close()
})

test(`${ROUNDS} rounds: fifty unlikes at once over two pools while the period closes, and each got back what it had given`, {
  timeout: 600_000,
}, async () => {
  let both = { before: 0, after: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const [alice, bob] = [await town.member(), await town.member()]
    const posts = await Promise.all(Array.from({ length: ACTS }, () => town.post(bob)))
    await withTransaction(town.pool, (tx) =>
      act(
        tx,
        town.rules,
        posts.map((postId) => ({ actorId: alice, postId, kind: 'like', on: true })),
      ),
    )
    // Not divisible by fifty, nor by any number of likes that are left.
    await town.refill(alice, 'budget', 1_000_000_007n)
    const period = await endPeriod(town)
    const unlike = (postId: string, i: number) =>
      withTransaction(i % 2 ? town.pool : other, (tx) =>
        act(tx, town.rules, [{ actorId: alice, postId, kind: 'like', on: false }]),
      )
    // The last ten likes stand, so that there is something to close.
    const all = posts.slice(0, ACTS - 10).map(unlike)
    const again = posts.slice(0, 10).map(unlike)
    const [{ interactions }] = await Promise.all([closePeriod(town, period), ...all, ...again])
    both = { before: both.before + ACTS - interactions, after: both.after + interactions - 10 }

    const { budget } = await town.wallet(alice)
    const { pending } = await town.wallet(bob)
    expect(budget + pending).toBe(1_000_000_007n)
    const { rows } = await town.pool.query(
      `select count(*)::int as standing, sum(r.gross)::bigint as gross, bool_and(i.active) as on
       from receipts r join interactions i on i.id = r.interaction_id
       where r.payer_id = $1 and r.closing and r.reversal_id is null`,
      [alice],
    )
    expect(rows).toEqual([{ standing: 10, gross: pending, on: true }])
  }
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await periodsAreEmpty(town)).toBe(true)
  // Some came before the close, and some after it: else it was no race. In a few rounds chance may have it otherwise.
  if (ROUNDS < 100) return
  expect(both.before).toBeGreaterThan(0)
  expect(both.after).toBeGreaterThan(0)
})

test('two workers in each other’s way: the database sees the circle, and all of it is closed once', async () => {
  const own = await openTown()
  const bob = await own.member()
  for (let i = 0; i < 4; i++) {
    const alice = await own.member()
    await own.like(alice, await own.post(bob))
    await own.budget(alice, '0.3')
  }
  const period = await endPeriod(own)
  /** Closes a payer; when it has to run again, from where the close is. */
  const step = (options: StepOptions, acting?: { name: string; act: () => Promise<unknown> }) =>
    withTransaction(own.pool, (tx, attempt) => {
      const isFirst = attempt === 1
      const slow = acting && isFirst ? actingBefore(tx, acting.name, acting.act) : tx
      return closePeriodStep(slow, own.rules, period, { limit: 1, ...(isFirst && options) })
    })
  const firstEnd = Promise.withResolvers<bigint>()
  await step({ planned: firstEnd.resolve })
  const { rows } = await own.pool.query(
    `select a.id from ledger.account a where a.balance > 0 and a.ref like 'member:%:budget' order by a.id`,
  )
  expect(rows).toHaveLength(3)
  const beforeLast = rows[1].id as bigint

  // The other worker: one step has the last payer and waits for the period, the next has the second and waits for that one.
  const isPrepared = Promise.withResolvers<void>()
  const begin = Promise.withResolvers<void>()
  const mine = step(
    {},
    {
      name: 'next-budgets',
      act: async () => {
        begin.resolve()
        await isPrepared.promise
      },
    },
  )
  await begin.promise
  const w1 = step({ after: beforeLast })
  await expect.poll(() => waiting(own)).toBe(1)
  const w2 = step(
    { after: await firstEnd.promise, behind: beforeLast },
    {
      name: 'insert-closing-receipts',
      act: async () => isPrepared.resolve(),
    },
  )
  await Promise.all([mine, w1, w2])
  await closePeriod(own, period)
  expect((await own.wallet(bob)).pending).toBe(1_200_000_000n)
  expect(await periodsAreEmpty(own)).toBe(true)
  await own.close()
})

/** How many connections wait for a lock. */
async function waiting(own: Town): Promise<number> {
  const { rows } = await own.pool.query(
    `select count(distinct pid)::int as n from pg_locks where not granted
       and pid in (select pid from pg_stat_activity where datname = current_database())`,
  )
  return rows[0].n
}
