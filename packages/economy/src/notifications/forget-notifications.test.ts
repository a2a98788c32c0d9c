import { idAt, newId, withTransaction } from '@rivulet/db'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { forgetNotifications } from './forget-notifications.ts'
import { markRead, notificationsOf } from './store.ts'
import { tellReactions } from './tell-reactions.ts'

const DAY_MS = 86_400_000

const town = await openTown()
afterAll(() => town.close())

let alice: string
beforeEach(async () => {
  alice = await town.member()
})

const forget = (limit: number, now = Date.now()) =>
  withTransaction(town.pool, (tx) => forgetNotifications(tx, { limit, now }))
const tell = () => withTransaction(town.pool, (tx) => tellReactions(tx, { limit: 1_000 }))

/** A follow of so many days ago, less a minute or more. */
async function notified(days: number, isRead: boolean, minutes = 0): Promise<void> {
  await town.pool.query(
    `insert into notifications (id, member_id, kind, ref_id, actor_id, body, read_at)
     values ($1, $2, 'follow', $3, $3, '{}', case when $4 then now() end)`,
    [idAt(Date.now() - days * DAY_MS - minutes * 60_000), alice, newId(), isRead],
  )
}

const left = async () =>
  (await notificationsOf(town.pool, alice, { take: 100 })).map(({ id, readAt }) => [
    Math.round((Date.now() - Number.parseInt(id.replace('-', '').slice(0, 12), 16)) / DAY_MS),
    readAt !== null,
  ])

test('read ones are kept for 90 days and any for 365, the oldest go first, and two workers forget each once', async () => {
  for (const [days, isRead] of [
    [89, true],
    [90, true],
    [100, true],
    [100, false],
    [364, false],
    [365, false],
    [400, false],
  ] as const)
    await notified(days, isRead, days < 365 && days !== 90 ? -1 : 1)
  expect(await forget(1)).toEqual({ forgotten: 2, done: false })
  expect(await left()).toEqual([
    [89, true],
    [90, true],
    [100, false],
    [364, false],
    [365, false],
  ])
  const both = await Promise.all([forget(10), forget(10)])
  expect(both[0]!.forgotten + both[1]!.forgotten).toBe(2)
  expect(await left()).toEqual([
    [89, true],
    [100, false],
    [364, false],
  ])
  expect(await forget(10)).toEqual({ forgotten: 0, done: true })
})

test('what a group counted is forgotten when it was read and has settled, step by step, and the group with its age', async () => {
  const fans = await Promise.all(Array.from({ length: 5 }, () => town.member()))
  const post = await town.post(alice)
  for (const fan of fans) await town.like(fan, post)
  await tell()
  const counted = async () => (await town.pool.query('select from told_reactions')).rowCount
  await forget(10)
  expect(await counted()).toBe(5)
  await markRead(town.pool, { memberId: alice, until: newId() })
  await forget(10)
  // Each of them is still to be looked at a second time.
  expect(await counted()).toBe(5)
  await town.pool.query('update reaction_position set settled_to = $1', [newId()])
  expect(await forget(2)).toEqual({ forgotten: 0, done: false })
  expect(await counted()).toBe(3)
  for (;;) if ((await forget(2)).done) break
  expect([await counted(), (await left()).length]).toEqual([0, 1])

  const inDays = (days: number) => Date.now() + days * DAY_MS
  for (;;) if ((await forget(2, inDays(89))).done) break
  expect(await left()).toEqual([[0, true]])
  for (;;) if ((await forget(2, inDays(91))).done) break
  expect(await left()).toEqual([])
})

test('a group that nobody has read for a year goes with all it counted', async () => {
  const post = await town.post(alice)
  for (const fan of [await town.member(), await town.member()]) await town.like(fan, post)
  await tell()
  await town.pool.query('update reaction_position set settled_to = $1', [newId()])
  const inDays = (days: number) => Date.now() + days * DAY_MS
  for (;;) if ((await forget(1, inDays(364))).done) break
  expect(await left()).toEqual([[0, false]])
  for (;;) if ((await forget(1, inDays(366))).done) break
  expect(await left()).toEqual([])
  expect((await town.pool.query('select from told_reactions')).rowCount).toBe(0)
})
