import { newId, withTransaction } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { forgetServings, recordServings } from './store.ts'

const town = await openTown()
afterAll(() => town.close())

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

test('a share is remembered once for each member, however often and by however many pages at once', async () => {
  const [alice, bob] = [await town.member(), await town.member()]
  const shares = Array.from({ length: 20 }, newId)
  const pages = Array.from({ length: 40 }, (_, i) => ({
    memberId: i % 2 ? alice : bob,
    postIds: [newId()],
    viaIds: i % 3 ? shares : shares.toReversed(),
  }))
  await Promise.all(pages.map((page) => recordServings(town.pool, [page, page])))
  const served = async () =>
    (
      await town.pool.query(
        `select member_id, count(*)::int as shares, max(now() - at) < interval '1 minute' as fresh from served_shares
         where share_id = any($1::uuid[]) group by member_id order by member_id`,
        [shares],
      )
    ).rows
  const fresh = [alice, bob].sort().map((member_id) => ({ member_id, shares: 20, fresh: true }))
  expect(await served()).toEqual(fresh)

  // Within an hour it says the same; after it, when it was served last.
  for (const [age, isFresh] of [
    ['59 minutes', false],
    ['61 minutes', true],
  ] as const) {
    await town.pool.query('update served_shares set at = now() - $1::interval', [age])
    await recordServings(town.pool, pages)
    expect([age, await served()]).toEqual([age, fresh.map((row) => ({ ...row, fresh: isFresh }))])
  }
  await town.pool.query('delete from served_shares')
  await town.pool.query('delete from feed_servings')
})

test('pages are forgotten after a day and shares after seven, the oldest first, and nothing else', async () => {
  const ids = Array.from({ length: 4 }, newId)
  const pages = ['2 days', '1 day 1 minute', '23 hours 59 minutes', '0']
  const shares = ['8 days', '7 days 1 minute', '6 days 23 hours 59 minutes', '0']
  for (const [i, id] of ids.entries()) {
    await town.pool.query(
      `insert into feed_servings (id, member_id, at, post_ids, via_ids) values ($1, $1, now() - $2::interval, $3, '{}')`,
      [id, pages[i], [id]],
    )
    await town.pool.query(
      'insert into served_shares (member_id, share_id, at) values ($1, $1, now() - $2::interval)',
      [id, shares[i]],
    )
  }
  const left = async () =>
    (
      await town.pool.query<{ pages: string[]; shares: string[] }>(
        `select (select array_agg(id order by at) from feed_servings) as pages,
                (select array_agg(share_id order by at) from served_shares) as shares`,
      )
    ).rows[0]
  const forget = (limit: number) => withTransaction(town.pool, (tx) => forgetServings(tx, { limit }))
  expect(await forget(1)).toEqual({ forgotten: 2, done: false })
  expect(await left()).toEqual({ pages: ids.slice(1), shares: ids.slice(1) })
  // Two workers at once forget what there is, once.
  const both = await Promise.all([forget(10), forget(10)])
  expect(both[0]!.forgotten + both[1]!.forgotten).toBe(2)
  expect(await left()).toEqual({ pages: ids.slice(2), shares: ids.slice(2) })
})
