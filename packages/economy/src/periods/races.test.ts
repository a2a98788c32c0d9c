import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePeriod, endPeriod, periodsAreEmpty } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { act } from '../interactions/act.ts'

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
