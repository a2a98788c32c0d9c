import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { firstLikes } from '../interactions/first-likes.ts'
import type { InteractionKind } from '../interactions/rules.ts'
import { barredFrom, refusedBetween } from './earning.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const rich = () => town.member({ has: '1', pledges: '1' })
const KINDS: InteractionKind[] = ['like', 'read', 'comment', 'repost']

/** As the route does it: the fast way, and what that leaves the general way. */
async function route(actorId: string, postId: string) {
  const [fast] = await withTransaction(town.pool, (tx) => firstLikes(tx, town.rules, [{ actorId, postId }]))
  return { fast, answer: fast ?? (await town.like(actorId, postId)) }
}

test('whoever blocked whom, alice can do nothing to a post of bob’s but take back what she did', async () => {
  for (const aliceBlocks of [true, false]) {
    const [alice, bob] = [await rich(), await town.member()]
    const [liked, fresh] = [await town.post(bob), await town.post(bob)]
    await town.like(alice, liked)
    await (aliceBlocks ? town.block(alice, bob) : town.block(bob, alice))
    for (const kind of KINDS)
      expect(await town.like(alice, fresh, true, kind)).toEqual({ ok: false, code: 'blocked' })
    expect(await town.like(alice, liked)).toEqual({ ok: false, code: 'blocked' })
    expect(await route(alice, fresh)).toEqual({ fast: undefined, answer: { ok: false, code: 'blocked' } })
    expect(await town.like(alice, fresh, false)).toMatchObject({ ok: true, on: false, id: undefined })
    expect(await town.like(alice, liked, false)).toMatchObject({ ok: true, on: false, credited: 0n })
    expect((await town.wallet(alice)).pledge).toBe(1_000_000_000n)
    await (aliceBlocks ? town.unblock(alice, bob) : town.unblock(bob, alice))
    expect(await route(alice, fresh)).toMatchObject({ fast: { ok: true, credited: 500_000n } })
  }
})

test('a block between others, or with one of them, is none between alice and bob', async () => {
  const [alice, bob, carol] = [await rich(), await town.member(), await town.member()]
  await town.block(alice, carol)
  await town.block(carol, bob)
  expect((await route(alice, await town.post(bob))).fast).toMatchObject({ credited: 500_000n })
})

test('a co-author or sharer whom alice has blocked is not charged, and the others get no more for it', async () => {
  const [alice, bob, erin, dave] = [await rich(), await town.member(), await town.member(), await rich()]
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  const [one, two] = [await town.post(bob, { splits }), await town.post(bob)]
  const via = await town.repost(dave, two)
  await town.serve(alice, [via])
  await town.block(alice, erin)
  await town.block(dave, alice)
  expect(await route(alice, one)).toMatchObject({ fast: undefined, answer: { credited: 250_000n } })
  // Nine tenths of 0.0005: dave's tenth stays with alice.
  expect(await town.like(alice, two, true, 'like', via)).toMatchObject({
    credited: 450_000n,
    unfunded: false,
  })
  expect((await town.wallet(alice)).pledge).toBe(999_300_000n)
  expect((await town.wallet(erin)).pending).toBe(0n)
  expect((await town.wallet(dave)).pending).toBe(0n)
})

test('a suspended member does nothing and earns nothing, takes back what they did, and clears as before', async () => {
  const [alice, bob] = [await rich(), await rich()]
  const [alices, bobs] = [await town.post(alice), await town.post(bob)]
  await town.like(alice, bobs)
  await town.like(bob, alices)
  await town.suspend(alice)
  for (const kind of KINDS)
    expect(await town.like(alice, bobs, true, kind)).toEqual({ ok: false, code: 'suspended' })
  const another = await town.post(bob)
  expect((await route(alice, another)).answer).toEqual({ ok: false, code: 'suspended' })
  expect(await town.like(alice, bobs, false)).toMatchObject({ ok: true, on: false, credited: 0n })

  const carol = await rich()
  const nothing = { ok: true, on: true, credited: 0n, unfunded: false }
  expect(await route(carol, alices)).toMatchObject({ fast: undefined, answer: nothing })
  expect((await town.wallet(carol)).pledge).toBe(1_000_000_000n)
  await town.holdsPass(alice)
  await town.clear()
  // 0.0005 that bob paid before, less 5 %
  expect(await town.wallet(alice)).toMatchObject({ pending: 0n, available: 475_000n })
})

test('who is deleted earns nothing either', async () => {
  const [alice, bob, erin] = [await rich(), await town.member(), await town.member()]
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  const post = await town.post(bob, { splits })
  await town.pool.query('update members set deleted_at = now() where id = $1', [erin])
  expect(await town.like(alice, post)).toMatchObject({ credited: 250_000n, unfunded: false })
})

test('who may not earn from whom, and who may do nothing to whom, asked for many at once', async () => {
  const [alice, bob, carol, dave] = [await rich(), await rich(), await rich(), await rich()]
  const nobody = '01990000-0000-7000-8000-000000000000'
  await town.block(alice, bob)
  await town.suspend(carol)
  expect(
    await barredFrom(town.pool, [
      { payerId: alice, receiverIds: [bob, carol, dave, alice, nobody] },
      { payerId: bob, receiverIds: [alice, dave] },
      { payerId: carol, receiverIds: [] },
      { payerId: carol, receiverIds: [dave] },
    ]),
  ).toEqual([new Set([bob, carol, nobody]), new Set([alice]), new Set(), new Set()])
  const pairs = [
    [alice, bob],
    [bob, alice],
    [carol, dave],
    [dave, carol],
    [alice, dave],
  ].map(([actorId, otherId]) => ({ actorId: actorId!, otherId: otherId! }))
  expect(await refusedBetween(town.pool, pairs)).toEqual([
    'blocked',
    'blocked',
    'suspended',
    undefined,
    undefined,
  ])
  expect(await barredFrom(town.pool, [])).toEqual([])
  expect(await refusedBetween(town.pool, [])).toEqual([])
})

test('after all of it the books balance', async () => {
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.creditsAddUp()).toBe(true)
})
