import { expect, test } from 'vitest'
import { type Answer, call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob] = [await person(app), await person(app)]

const texts = ({ body }: Answer): string[] => body.data.map((post: { text: string }) => post.text)
const tagged = async (tag: string, query = '') =>
  texts(await call(app, 'GET', `/v1/feeds/tags/${encodeURIComponent(tag)}${query}`))
const counts = async () =>
  Object.fromEntries(
    (await deps.db.pool.query('select tag, posts_count from tags order by tag')).rows.map((row) => [
      row.tag,
      row.posts_count,
    ]),
  )

test('newest first, however the tag is written, and each post once', async () => {
  await alice.writes('one', { tags: ['Rivers'] })
  await bob.writes('two', { tags: ['rivers', 'RIVERS', 'Über'] })
  // A full-width R and a u with its dots apart (Unicode TR 15).
  const three = await alice.writes('three', { tags: ['\uff32ivers', 'u\u0308ber'] })
  await bob.writes('a comment', { replyTo: three.id, tags: ['rivers'] })
  for (const tag of ['rivers', 'RIVERS', '\uff52ivers'])
    expect([tag, await tagged(tag)]).toEqual([tag, ['three', 'two', 'one']])
  for (const tag of ['über', 'ÜBER', 'U\u0308ber']) expect(await tagged(tag)).toEqual(['three', 'two'])
  expect(await tagged('lakes')).toEqual([])
  expect(await counts()).toEqual({ rivers: 3, über: 2 })

  const first = await call(app, 'GET', '/v1/feeds/tags/rivers?limit=2')
  await bob.writes('four', { tags: ['rivers'] })
  expect(await tagged('rivers', `?cursor=${first.body.nextCursor}`)).toEqual(['one'])
  expect((await call(app, 'GET', `/v1/feeds/tags/lakes?cursor=${first.body.nextCursor}`)).body.code).toBe(
    'invalid_cursor',
  )

  await alice.delete(`/v1/posts/${three.id}`)
  expect(await tagged('über')).toEqual(['two'])
  expect(await counts()).toEqual({ rivers: 3, über: 1 })
})

test('a like leaves tags and words alone; other tags are followed, whoever writes them', async () => {
  const post = await alice.writes('five', { tags: ['before'] })
  const { rows } = await deps.db.pool.query('select xmin::text from post_words where post_id = $1', [post.id])
  await bob.put(`/v1/posts/${post.id}/like`)
  expect(
    (await deps.db.pool.query('select xmin::text from post_words where post_id = $1', [post.id])).rows,
  ).toEqual(rows)
  await deps.db.pool.query(`update posts set tags = '{after,rivers}' where id = $1`, [post.id])
  expect([await tagged('before'), await tagged('after')]).toEqual([[], ['five']])
  expect(await counts()).toMatchObject({ before: 0, after: 1, rivers: 4 })
})

test('many publish and delete under the same tags at once, in any order: none waits for ever, and counts are right', async () => {
  const names = ['x', 'y', 'z']
  const posts = await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      (i % 2 ? alice : bob).writes(`at once ${i}`, { tags: i % 3 ? names : names.toReversed() }),
    ),
  )
  expect(await counts()).toMatchObject({ x: 24, y: 24, z: 24 })
  await Promise.all(posts.map((post, i) => (i % 2 ? alice : bob).delete(`/v1/posts/${post.id}`)))
  expect(await counts()).toMatchObject({ x: 0, y: 0, z: 0 })
})

test('what is no tag is refused, and a long one in another script is one', async () => {
  for (const tag of ['two words', '#rivers', 'a'.repeat(51), '\0'])
    expect([tag, (await call(app, 'GET', `/v1/feeds/tags/${encodeURIComponent(tag)}`)).status]).toEqual([
      tag,
      422,
    ])
  expect(await tagged('河'.repeat(50))).toEqual([])
})

test('not by whom the reader has muted, or of a blocked pair', async () => {
  const seen = async () => texts(await alice.get('/v1/feeds/tags/rivers')).includes('two')
  for (const [who, whom, how] of [
    [alice, bob, 'mute'],
    [alice, bob, 'block'],
    [bob, alice, 'block'],
  ] as const) {
    expect(await seen()).toBe(true)
    await who.put(`/v1/members/${whom.id}/${how}`)
    expect([how, await seen()]).toEqual([how, false])
    await who.delete(`/v1/members/${whom.id}/${how}`)
  }
})
