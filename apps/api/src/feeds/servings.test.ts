import { expect, test, vi } from 'vitest'
import { call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const [alice, bob] = [await person(app), await person(app)]

const servedTo = async (memberId: string) =>
  (
    await pool.query<{ post_ids: string[]; via_ids: string[] }>(
      'select post_ids, via_ids from feed_servings where member_id = $1 order by id desc',
      [memberId],
    )
  ).rows

test('each page handed to a member is remembered, with the shares on it; nothing is of a stranger', async () => {
  const post = await bob.writes('a post')
  const quote = await bob.writes('a quote', { quoteOf: post.id })
  for (const url of ['/v1/feeds/latest', `/v1/members/${bob.id}/posts`]) {
    await call(app, 'GET', url)
    await alice.get(`${url}?limit=1`)
    expect((await servedTo(alice.id))[0]).toEqual({ post_ids: [quote.id], via_ids: [quote.id] })
    await alice.get(url)
    expect((await servedTo(alice.id))[0]).toEqual({ post_ids: [quote.id, post.id], via_ids: [quote.id] })
  }
  // Nobody she follows, so nothing to remember.
  expect((await alice.get('/v1/feeds/home')).body.data).toEqual([])
  await bob.get('/v1/feeds/home?limit=1')
  expect(await servedTo(bob.id)).toEqual([{ post_ids: [quote.id], via_ids: [quote.id] }])
  const { rows } = await pool.query('select count(*)::int as n from feed_servings')
  expect(rows[0].n).toBe(5)
})

test('it is remembered before it is answered, and not answered when it cannot be', async () => {
  const original = pool.query.bind(pool)
  const query = vi
    .spyOn(pool, 'query')
    .mockImplementation(((statement: { name?: string }, ...rest: []) =>
      statement.name === 'record-servings'
        ? Promise.reject(new Error('the disk is full'))
        : original(statement as never, ...rest)) as never)
  const answer = await alice.get('/v1/feeds/latest')
  query.mockRestore()
  expect(answer.status).toBe(500)
  expect((await alice.get('/v1/feeds/latest')).status).toBe(200)
})

test('what many are handed at once is written together', async () => {
  const crowd = await Promise.all(Array.from({ length: 20 }, () => person(app)))
  const query = vi.spyOn(pool, 'query')
  await Promise.all(crowd.map((member) => member.get('/v1/feeds/latest')))
  const statements = query.mock.calls.filter(
    ([statement]) => (statement as unknown as { name?: string }).name === 'record-servings',
  )
  query.mockRestore()
  expect(statements.length).toBeLessThan(crowd.length)
  for (const { id } of crowd) expect(await servedTo(id)).toHaveLength(1)
})
