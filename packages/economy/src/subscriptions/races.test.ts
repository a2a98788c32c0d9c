import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { chargeDue } from './charge-due.ts'
import { subscribe } from './subscribe.ts'

const ROUNDS = process.env.LONG ? 100 : 4
const SUBSCRIBERS = 50

let town: Town
let workers: [Pool, Pool]
beforeAll(async () => {
  town = await openTown()
  const url = town.pool.options.connectionString!
  workers = [createPool(url), createPool(url)]
})
afterAll(async () => {
  await Promise.all(workers.map((pool) => pool.end()))
  await town.close()
})

test(`${ROUNDS} rounds: fifty subscriptions are due in two workers at once, and each is charged once`, {
  timeout: 600_000,
}, async () => {
  const bob = await town.member()
  // For the first charge and one of each round, less the last of ten of them.
  const people = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, (_, i) => town.member({ has: String(i < 10 ? ROUNDS : ROUNDS + 1) })),
  )
  const begun = await withTransaction(town.pool, (tx) =>
    subscribe(
      tx,
      town.rules,
      people.map((payerId) => ({ payerId, receiverId: bob, amount: money('1'), interval: 'day' })),
    ),
  )
  expect(begun.every((one) => one.ok)).toBe(true)

  for (let round = 1; round <= ROUNDS; round++) {
    await town.pool.query(
      `update subscriptions set next_at = next_at - interval '1 day', anchor_at = anchor_at - interval '1 day'`,
    )
    // In pieces of three, so that the two are at it all the time; and five tasks in each.
    const work = async (pool: Pool) => {
      let charged = 0
      for (;;) {
        const step = await withTransaction(pool, (tx) => chargeDue(tx, town.rules, { limit: 3 }))
        if (step.due === 0) return charged
        charged += step.charged
      }
    }
    const charged = await Promise.all(
      Array.from({ length: 10 }, (_, i) => work(workers[i % 2 ? 1 : 0] as Pool)),
    )
    const expected = round < ROUNDS ? SUBSCRIBERS : SUBSCRIBERS - 10
    expect(charged.reduce((sum, one) => sum + one)).toBe(expected)
  }
  const { rows } = await town.pool.query(
    `select ordinal, count(*)::int as charges from subscription_charges group by ordinal order by ordinal`,
  )
  expect(rows).toEqual(
    Array.from({ length: ROUNDS + 1 }, (_, ordinal) => ({
      ordinal,
      charges: ordinal < ROUNDS ? SUBSCRIBERS : SUBSCRIBERS - 10,
    })),
  )
  for (const one of people) expect((await town.wallet(one)).available).toBe(0n)
  // 2.5 % of 1 is 0.025.
  const paid = BigInt(SUBSCRIBERS * (ROUNDS + 1) - 10)
  expect((await town.wallet(bob)).available).toBe(paid * 975_000_000n)
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
})
