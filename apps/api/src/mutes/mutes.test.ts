import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { fund } from '../../test/money.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]

const texts = (answer: Answer): string[] => answer.body.data.map((post: { text: string }) => post.text)
const read = async (who: Person, url: string) => texts(await who.get(url))
const refusal = ({ status, body }: Answer) => [status, body.code]

for (const followee of [bob, carol]) await alice.put(`/v1/members/${followee.id}/follow`)
const [byBob, byCarol] = [await bob.writes('by bob'), await carol.writes('by carol')]
await bob.put(`/v1/posts/${byCarol.id}/repost`)
await carol.put(`/v1/posts/${byBob.id}/repost`)

test("alice mutes bob: what he wrote and reposted leaves her feeds, and nobody else's", async () => {
  const home = ['by bob', 'by carol', 'by carol', 'by bob']
  expect(await read(alice, '/v1/feeds/home')).toEqual(home)
  const before = await Promise.all([
    bob.get('/v1/me'),
    bob.get('/v1/feeds/latest'),
    bob.get('/v1/feeds/home'),
  ])
  for (let i = 0; i < 2; i++) {
    const answer = await alice.put(`/v1/members/${bob.id}/mute`)
    expect([answer.status, answer.body]).toEqual([204, ''])
    expect(await read(alice, '/v1/feeds/home')).toEqual(['by carol'])
    expect(await read(alice, '/v1/feeds/latest')).toEqual(['by carol'])
  }
  expect(await read(carol, '/v1/feeds/latest')).toEqual(['by carol', 'by bob'])
  expect(texts(await call(app, 'GET', '/v1/feeds/latest'))).toEqual(['by carol', 'by bob'])
  const after = await Promise.all([bob.get('/v1/me'), bob.get('/v1/feeds/latest'), bob.get('/v1/feeds/home')])
  expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body))

  for (let i = 0; i < 2; i++) expect((await alice.delete(`/v1/members/${bob.id}/mute`)).status).toBe(204)
  expect(await read(alice, '/v1/feeds/home')).toEqual(home)
})

test('his own page, a thread and a post by its id are as before, and she may still act on them', async () => {
  await alice.put(`/v1/members/${bob.address}/mute`)
  const comment = await bob.writes('bob answers', { replyTo: byCarol.id })
  expect(await read(alice, `/v1/members/${bob.id}/posts`)).toEqual(['by carol', 'by bob'])
  expect(await read(alice, `/v1/posts/${byCarol.id}/comments`)).toEqual(['bob answers'])
  expect((await alice.get(`/v1/posts/${comment.id}`)).body.text).toBe('bob answers')
  await alice.delete(`/v1/members/${bob.id}/mute`)
})

test('a mute has no effect on money', async () => {
  await fund(deps, alice.id, 'pledge', 1_000_000_000n)
  const told = (await bob.get('/v1/notifications')).body.data
  await alice.put(`/v1/members/${bob.id}/mute`)
  // The rate of a like, as GET /v1/network says.
  const { rates } = (await call(app, 'GET', '/v1/network')).body
  expect((await alice.put(`/v1/posts/${byBob.id}/like`)).body).toMatchObject({ credited: rates.like })
  expect((await bob.get('/v1/wallet')).body.pending).toBe(rates.like)
  expect((await bob.get('/v1/notifications')).body.data).toEqual(told)
  await alice.delete(`/v1/members/${bob.id}/mute`)
})

test('whom I have muted is listed for me alone, in pages, by as many statements for a hundred as for one', async () => {
  const people = await crowd(deps, 100)
  for (const id of people) await carol.put(`/v1/members/${id}/mute`)
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await carol.get(`/v1/me/mutes?limit=40${cursor && `&cursor=${cursor}`}`)
    ids.push(...answer.body.data.map((member: { id: string }) => member.id))
    cursor = answer.body.nextCursor
  }
  expect(ids).toEqual(people)
  expect((await bob.get('/v1/me/mutes')).body).toEqual({ data: [], nextCursor: null })
  expect((await call(app, 'GET', '/v1/me/mutes')).status).toBe(401)
  const counts: number[] = []
  for (const limit of [1, 100])
    counts.push(
      await statementsOf(deps, async () => {
        expect((await carol.get(`/v1/me/mutes?limit=${limit}`)).body.data).toHaveLength(limit)
      }),
    )
  expect(counts[1]).toBe(counts[0])
})

test('nobody mutes themselves, or nobody', async () => {
  for (const verb of ['put', 'delete'] as const) {
    expect(refusal(await alice[verb](`/v1/members/${alice.id}/mute`))).toEqual([422, 'self_mute'])
    expect(refusal(await alice[verb](`/v1/members/${NOBODY}/mute`))).toEqual([404, 'member_not_found'])
  }
  expect((await call(app, 'PUT', `/v1/members/${bob.id}/mute`)).status).toBe(401)
})
