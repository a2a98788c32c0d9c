import { expect, test } from 'vitest'
import { type Answer, call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const [alice, bob, carol, dave] = [await person(app), await person(app), await person(app), await person(app)]
await carol.patch('/v1/me', { handle: 'carol', displayName: 'Carol' })
await alice.put(`/v1/members/${carol.id}/follow`)
await alice.put(`/v1/members/${dave.id}/follow`)

type Item = { id: string; text: string; via: { repostId: string; by: { id: string } } | null }
const itemsOf = (answer: Answer): [string, string | null][] =>
  answer.body.data.map(({ text, via }: Item) => [text, via?.by.id ?? null])
const home = async (limit = 100) => itemsOf(await alice.get(`/v1/feeds/home?limit=${limit}`))
const repost = async (who: Person, post: { id: string }) =>
  (await who.put(`/v1/posts/${post.id}/repost`)).body.id as string

const old = await bob.writes('bob, long ago')
await carol.writes('carol, before')
const repostId = await repost(carol, old)
await carol.writes('carol, after')
const shared = [
  ['carol, after', null],
  ['bob, long ago', carol.id],
  ['carol, before', null],
]

test('what those I follow repost is in my feed, where and by whom it was shared', async () => {
  expect(await home()).toEqual(shared)
  expect(itemsOf(await call(app, 'GET', `/v1/members/${carol.id}/posts`))).toEqual(shared)
  const [, item] = (await alice.get('/v1/feeds/home')).body.data
  expect(item).toMatchObject({
    id: old.id,
    author: { id: bob.id },
    counts: { reposts: 1 },
    via: { repostId, by: { id: carol.id, handle: 'carol', displayName: 'Carol', address: carol.address } },
  })
  // Latest is what was published; and carol's own home does not repeat to her what she has shared.
  expect(itemsOf(await call(app, 'GET', '/v1/feeds/latest'))).toEqual([
    ['carol, after', null],
    ['carol, before', null],
    ['bob, long ago', null],
  ])
  expect(itemsOf(await carol.get('/v1/feeds/home'))).toEqual([
    ['carol, after', null],
    ['carol, before', null],
  ])
})

test('pages of any size hold the same, posts and reposts in one order', async () => {
  const again = await repost(dave, old)
  const whole = [['bob, long ago', dave.id], ...shared]
  expect(await home()).toEqual(whole)
  for (const limit of [1, 2, 3]) {
    const read: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await alice.get(`/v1/feeds/home?limit=${limit}${cursor && `&cursor=${cursor}`}`)
      expect(answer.body.data.length).toBeLessThanOrEqual(limit)
      read.push(...itemsOf(answer))
      cursor = answer.body.nextCursor
    }
    expect([limit, read]).toEqual([limit, whole])
  }
  expect(again).not.toBe(repostId)
  await dave.delete(`/v1/posts/${old.id}/repost`)
})

test('a repost that is taken back is gone, and made again stands where it stood', async () => {
  await carol.delete(`/v1/posts/${old.id}/repost`)
  expect(await home()).toEqual(shared.filter(([, by]) => by === null))
  expect(await repost(carol, old)).toBe(repostId)
  expect(await home()).toEqual(shared)
})

test("nobody repeats themselves, and nobody is shown the blocked or what's gone", async () => {
  const own = await carol.writes('carol, once')
  await repost(carol, own)
  expect((await home()).filter(([text]) => text === 'carol, once')).toEqual([['carol, once', null]])
  await carol.delete(`/v1/posts/${own.id}`)

  for (const [blocker, blocked] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await blocker.put(`/v1/members/${blocked.id}/block`)
    expect(await home()).toEqual(shared.filter(([text]) => text !== 'bob, long ago'))
    const latest = itemsOf(await alice.get('/v1/feeds/latest'))
    expect(latest).toEqual(shared.filter(([, by]) => by === null))
    await blocker.delete(`/v1/members/${blocked.id}/block`)
  }
  expect(await home()).toEqual(shared)
  await bob.delete(`/v1/posts/${old.id}`)
  expect(await home()).toEqual(shared.filter(([, by]) => by === null))
})
