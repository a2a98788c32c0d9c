import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test("alice likes bob's post: her pledge pays him, at once, and her second like changes nothing", async () => {
  const alice = await town.member({ has: '1', pledges: '0.002' })
  const bob = await town.member()
  const post = await town.post(bob)

  const first = await town.like(alice, post)
  expect(first).toEqual({
    ...{ ok: true, id: expect.any(String), on: true, likes: 1, reposts: 0 },
    ...{ credited: 500_000n, unfunded: false },
  })
  expect(await town.like(alice, post)).toEqual(first)

  expect((await town.wallet(alice)).pledge).toBe(1_500_000n)
  expect(await town.wallet(bob)).toMatchObject({ pending: 500_000n, available: 0n, earnedTotal: 500_000n })
})

test('the budget pays before the pledge, and only whole rates', async () => {
  const alice = await town.member({ has: '1', pledges: '0.0005' })
  await town.budget(alice, '0.0009')
  const bob = await town.member()
  const [one, two, three] = [await town.post(bob), await town.post(bob), await town.post(bob)]

  await town.like(alice, one)
  expect(await town.wallet(alice)).toMatchObject({ budget: 400_000n, pledge: 500_000n })
  await town.like(alice, two)
  expect(await town.wallet(alice)).toMatchObject({ budget: 400_000n, pledge: 0n })
  expect(await town.like(alice, three)).toMatchObject({ credited: 0n, unfunded: true, likes: 1 })
  expect((await town.wallet(bob)).pending).toBe(1_000_000n)
})

test('an unfunded like pays nothing later either; taken back and given again, it pays', async () => {
  const alice = await town.member({ has: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  expect(await town.like(alice, post)).toMatchObject({ credited: 0n, unfunded: true })
  await town.budget(alice, '0.01')
  expect(await town.like(alice, post)).toMatchObject({ credited: 0n, unfunded: true })
  expect(await town.like(alice, post, false)).toMatchObject({ on: false, likes: 0, unfunded: false })
  expect(await town.like(alice, post)).toMatchObject({ credited: 500_000n, unfunded: false })
})

test('an unlike takes a pending credit back to where it came from; after three reversals a like pays no more', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  for (let time = 1; time <= 3; time++) {
    expect(await town.like(alice, post)).toMatchObject({ credited: 500_000n })
    expect(await town.like(alice, post, false)).toMatchObject({ on: false, credited: 0n, likes: 0 })
    expect((await town.wallet(alice)).pledge).toBe(1_000_000_000n)
    expect((await town.wallet(bob)).pending).toBe(0n)
  }
  expect(await town.like(alice, post)).toMatchObject({ on: true, credited: 0n, unfunded: false, likes: 1 })
  expect((await town.wallet(bob)).earnedTotal).toBe(0n)
})

test('nobody earns from liking themselves, and it is not for lack of funds', async () => {
  const bob = await town.member({ has: '1', pledges: '1' })
  expect(await town.like(bob, await town.post(bob))).toMatchObject({
    credited: 0n,
    unfunded: false,
    likes: 1,
  })
  expect((await town.wallet(bob)).pledge).toBe(1_000_000_000n)
})

test('a post that is not there, or no longer, cannot be liked; an unlike of what was never liked is an answer', async () => {
  const alice = await town.member()
  const bob = await town.member()
  const gone = await town.post(bob)
  await town.pool.query('update posts set deleted_at = now() where id = $1', [gone])
  const refused = { ok: false, code: 'post_not_found' }
  expect(await town.like(alice, gone)).toEqual(refused)
  expect(await town.like(alice, gone, false)).toEqual(refused)
  expect(await town.like(alice, alice)).toEqual(refused)
  expect(await town.like(alice, await town.post(bob), false)).toMatchObject({ ok: true, on: false, likes: 0 })
})

test('a like of a post that was deleted since can be taken back, and its money comes back', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  await town.like(alice, post)
  await town.pool.query('update posts set deleted_at = now() where id = $1', [post])
  expect(await town.like(alice, post, false)).toMatchObject({
    ok: true,
    on: false,
    likes: 0,
    credited: 0n,
    unfunded: false,
  })
  expect((await town.wallet(alice)).pledge).toBe(1_000_000_000n)
  expect((await town.wallet(bob)).pending).toBe(0n)
  expect(await town.like(alice, post)).toEqual({ ok: false, code: 'post_not_found' })
})

test('where likes are worth nothing they are counted all the same', async () => {
  const free = await openTown({ RATE_LIKE: '0' })
  const alice = await free.member({ has: '1', pledges: '1' })
  const post = await free.post(await free.member())
  expect(await free.like(alice, post)).toMatchObject({
    ok: true,
    on: true,
    likes: 1,
    credited: 0n,
    unfunded: false,
  })
  expect(await free.like(alice, post, false)).toMatchObject({ on: false, likes: 0 })
  await free.close()
})

test('fifty likes in one batch are one like with fifty answers', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const postId = await town.post(bob)
  const results = await town.act(
    ...Array.from({ length: 50 }, () => ({ actorId: alice, postId, kind: 'like' as const, on: true })),
  )
  expect(
    new Set(results.map((r) => JSON.stringify(r, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))).size,
  ).toBe(1)
  expect((await town.wallet(bob)).pending).toBe(500_000n)
})

test('fifty likes in fifty transactions at once credit once', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  const results = await Promise.all(Array.from({ length: 50 }, () => town.like(alice, post)))
  expect(results.every((r) => r.ok && r.credited === 500_000n && r.likes === 1)).toBe(true)
  expect((await town.wallet(alice)).pledge).toBe(999_500_000n)
  expect((await town.wallet(bob)).pending).toBe(500_000n)
})

test('a pledge that covers twenty likes pays for twenty of two hundred at once', async () => {
  const alice = await town.member({ has: '1', pledges: '0.01' })
  const bob = await town.member()
  const posts = await Promise.all(Array.from({ length: 200 }, () => town.post(bob)))
  const results = await Promise.all(posts.map((post) => town.like(alice, post)))
  expect(results.filter((r) => r.ok && r.credited > 0n)).toHaveLength(20)
  expect(results.filter((r) => r.ok && r.unfunded)).toHaveLength(180)
  expect((await town.wallet(bob)).pending).toBe(10_000_000n)
})

test('after all of it the books balance', async () => {
  expect(await town.lawsHold()).toBe(true)
})
