import { newId, withTransaction } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { forgetServings, recordServings } from './store.ts'

const town = await openTown()
afterAll(() => town.close())

const left = async () =>
  (
    await town.pool.query<{ post_ids: string[] }>('select post_ids from feed_servings order by at, id')
  ).rows.map((row) => row.post_ids[0])

test('pages of many members are kept in one statement, with whatever number of posts', async () => {
  const [alice, bob] = [await town.member(), await town.member()]
  const [one, two, repost] = [newId(), newId(), newId()]
  await recordServings(town.pool, [
    { memberId: alice, postIds: [one, two], viaIds: [repost] },
    { memberId: bob, postIds: [], viaIds: [] },
    { memberId: bob, postIds: [two], viaIds: [] },
  ])
  await recordServings(town.pool, [])
  const { rows } = await town.pool.query('select member_id, post_ids, via_ids from feed_servings order by id')
  expect(rows).toEqual([
    { member_id: alice, post_ids: [one, two], via_ids: [repost] },
    { member_id: bob, post_ids: [two], via_ids: [] },
  ])
  await town.pool.query('delete from feed_servings')
})

test('what is older than seven days is forgotten, the oldest first, and nothing else', async () => {
  const ids = Array.from({ length: 4 }, newId)
  const ages = ['8 days', '7 days 1 minute', '6 days 23 hours 59 minutes', '0']
  for (const [i, id] of ids.entries())
    await town.pool.query(
      `insert into feed_servings (id, member_id, at, post_ids, via_ids) values ($1, $1, now() - $2::interval, $3, '{}')`,
      [id, ages[i], [id]],
    )
  const forget = (limit: number) => withTransaction(town.pool, (tx) => forgetServings(tx, { limit }))
  expect(await forget(1)).toEqual({ forgotten: 1 })
  expect(await left()).toEqual(ids.slice(1))
  // Two workers at once forget what there is, once.
  const both = await Promise.all([forget(10), forget(10)])
  expect(both[0]!.forgotten + both[1]!.forgotten).toBe(1)
  expect(await left()).toEqual(ids.slice(2))
})
