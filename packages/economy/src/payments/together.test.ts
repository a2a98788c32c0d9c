import { newId, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { pledge } from '../pledge/pledge.ts'
import { chargeDue } from '../subscriptions/charge-due.ts'
import { subscribe } from '../subscriptions/subscribe.ts'
import { tip } from '../tips/tip.ts'
import { unlock } from '../unlocks/unlock.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('six people pay each other in every way at once, by the same keys, in batches: each is answered, and nothing is lost or made', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => town.member({ has: '3' })))
  const keys = people.map(() => ({ id: newId(), dailySpendLimit: money('1') }))
  const articles = await Promise.all(people.map((author) => town.post(author)))
  await town.pool.query('update posts set price = $1', [money('0.2')])
  const others = (i: number) => [1, 2, 3].map((by) => (i + by) % people.length)

  const batches = people.flatMap((payerId, i) => {
    const by = others(i).map((to) => ({
      payerId,
      key: keys[i],
      to: people[to] as string,
      post: articles[to] as string,
    }))
    const of = (wish: (typeof by)[number]) => ({ payerId: wish.payerId, key: wish.key })
    return [
      withTransaction(town.pool, (tx) =>
        tip(
          tx,
          town.rules,
          by.map((one) => ({ ...of(one), to: { postId: one.post }, amount: money('0.1') })),
        ),
      ),
      withTransaction(town.pool, (tx) =>
        unlock(
          tx,
          town.rules,
          [...by, ...by].map((one) => ({ ...of(one), postId: one.post })),
        ),
      ),
      withTransaction(town.pool, (tx) =>
        subscribe(
          tx,
          town.rules,
          by.map((one) => ({
            ...of(one),
            ...{ receiverId: one.to, amount: money('0.15'), interval: 'day' as const },
          })),
        ),
      ),
      withTransaction(town.pool, (tx) =>
        pledge(tx, [{ memberId: payerId, amount: money('0.1'), key: keys[i] }]),
      ),
      withTransaction(town.pool, (tx) => chargeDue(tx, town.rules)).then(() => []),
    ]
  })
  const answers = (await Promise.all<({ ok: true } | { ok: false; code: string })[]>(batches)).flat()
  expect(answers).toHaveLength(6 * (3 + 6 + 3 + 1))
  expect(new Set(answers.map((one) => one.ok || one.code))).toEqual(new Set([true, 'spend_limit']))

  // By the books alone: what left `available` of each, but for what came in, is what their key has spent.
  const { rows } = await town.pool.query(
    `select s.amount as spent,
            (select coalesce(sum(t.amount), 0)::bigint from ledger.transfer t join ledger.account a on a.id = t.debit
             where a.ref = 'member:' || k.member || ':available') as left_it
     from unnest($1::uuid[], $2::uuid[]) as k (id, member) join api_key_spends s on s.key_id = k.id`,
    [keys.map(({ id }) => id), people],
  )
  expect(rows).toHaveLength(6)
  for (const { spent, left_it } of rows) {
    expect(spent).toBe(left_it)
    expect(spent).toBeLessThanOrEqual(money('1'))
    // The dearest wish costs 0.2: who was refused had less than that to spare.
    expect(spent).toBeGreaterThan(money('0.8'))
  }
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
})
