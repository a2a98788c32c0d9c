import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob] = [await person(app), await person(app)]

const refusal = ({ status, body }: Answer) => [status, body.code]

async function marks(who: Person, limit = 100): Promise<string[]> {
  const read: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await who.get(`/v1/me/bookmarks?limit=${limit}${cursor && `&cursor=${cursor}`}`)
    expect(answer.status).toBe(200)
    read.push(...answer.body.data.map((post: { text: string }) => post.text))
    cursor = answer.body.nextCursor
  }
  return read
}

/** As many bookmarks of posts of bob's, by no call. */
async function hoard(who: Person, size: number): Promise<string[]> {
  const ids = Array.from({ length: size }, newId)
  await deps.db.pool.query(
    `with written as (
       insert into posts (id, author_id, kind, text) select id, $2, 'note', 'hoarded' from unnest($1::uuid[]) new (id)
     )
     insert into bookmarks (id, member_id, post_id) select id, $3, id from unnest($1::uuid[]) new (id)`,
    [ids, bob.id, who.id],
  )
  return ids
}

const [first, second, third] = [await bob.writes('1'), await bob.writes('2'), await bob.writes('3')]

test('alice bookmarks what bob wrote: newest bookmark first, in pages, each post as it is read by itself', async () => {
  for (const post of [second, first, third, second])
    expect(await alice.put(`/v1/posts/${post.id}/bookmark`)).toMatchObject({ status: 204, body: '' })
  for (const limit of [1, 2, 3]) expect(await marks(alice, limit)).toEqual(['3', '1', '2'])
  await alice.put(`/v1/posts/${first.id}/like`)
  const { data } = (await alice.get('/v1/me/bookmarks')).body
  expect(data[1]).toEqual((await alice.get(`/v1/posts/${first.id}`)).body)
  expect(data[1].viewer.liked).toBe(true)
})

test('nobody else learns of it', async () => {
  expect(await marks(bob)).toEqual([])
  expect((await call(app, 'GET', '/v1/me/bookmarks')).status).toBe(401)
  expect((await bob.get('/v1/notifications')).body.data).toEqual([])
  const cursor = (await alice.get('/v1/me/bookmarks?limit=1')).body.nextCursor
  expect(refusal(await bob.get(`/v1/me/bookmarks?cursor=${cursor}`))).toEqual([400, 'invalid_cursor'])
  expect(JSON.stringify((await bob.get(`/v1/posts/${third.id}`)).body)).not.toContain('bookmark')
})

test('a bookmark is removed once, also of a post that is gone; nothing has none', async () => {
  for (let i = 0; i < 2; i++) expect((await alice.delete(`/v1/posts/${first.id}/bookmark`)).status).toBe(204)
  expect(await marks(alice)).toEqual(['3', '2'])
  await bob.delete(`/v1/posts/${third.id}`)
  expect(await marks(alice)).toEqual(['2'])
  expect((await alice.delete(`/v1/posts/${third.id}/bookmark`)).status).toBe(204)
  expect(refusal(await alice.put(`/v1/posts/${third.id}/bookmark`))).toEqual([404, 'post_not_found'])
  for (const id of [NOBODY, newId(), 'nothing'])
    for (const verb of ['put', 'delete'] as const)
      expect(refusal(await alice[verb](`/v1/posts/${id}/bookmark`))).toEqual([404, 'post_not_found'])
})

test('bookmarking at once is bookmarking once', async () => {
  const erin = await person(app)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => erin.put(`/v1/posts/${second.id}/bookmark`)),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204))
  expect(await marks(erin)).toEqual(['2'])
})

test('ten thousand are the most, however many come at once, and a deleted post takes no room', async () => {
  // Bob has written more by then than a member may in a day.
  const [carol, dora] = [await person(app), await person(app)]
  const held = await hoard(carol, 9_998)
  const fresh = await Promise.all(Array.from({ length: 6 }, (_, i) => dora.writes(`fresh ${i}`)))
  const answers = await Promise.all(fresh.map(({ id }) => carol.put(`/v1/posts/${id}/bookmark`)))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 204, 409, 409, 409, 409])
  const late = fresh[answers.findIndex(({ status }) => status === 409)]!
  const refused = await carol.put(`/v1/posts/${late.id}/bookmark`)
  expect(refusal(refused)).toEqual([409, 'too_many_bookmarks'])
  expect(refused.body.detail).toContain('10000')
  expect((await carol.put(`/v1/posts/${held[0]}/bookmark`)).status).toBe(204)

  await bob.delete(`/v1/posts/${held[0]}`)
  expect((await carol.put(`/v1/posts/${late.id}/bookmark`)).status).toBe(204)
  await carol.delete(`/v1/posts/${held[1]}/bookmark`)
  const other = await dora.writes('another')
  expect((await carol.put(`/v1/posts/${other.id}/bookmark`)).status).toBe(204)
  expect(refusal(await carol.put(`/v1/posts/${second.id}/bookmark`))).toEqual([409, 'too_many_bookmarks'])
})

test('a page of a hundred takes as many statements as a page of one', async () => {
  const dave = await person(app)
  await hoard(dave, 100)
  const statements = (limit: number) =>
    statementsOf(deps, async () => {
      expect((await dave.get(`/v1/me/bookmarks?limit=${limit}`)).body.data).toHaveLength(limit)
    })
  expect(await statements(100)).toBe(await statements(1))
})
