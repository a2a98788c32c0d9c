import { newId } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const rich = () => town.member({ has: '1', pledges: '1' })

/** Receipts of an interaction beside the transfers they name, leg by leg. */
const parts = async (interactionId: string) =>
  (
    await town.pool.query(
      `select r.leg, r.receiver_id, r.role, r.stream, r.gross, r.via_id, t.amount, t.code
       from receipts r left join ledger.transfer t on t.id = r.id and t.leg = r.leg
       where r.interaction_id = $1 order by r.id, r.leg`,
      [interactionId],
    )
  ).rows

const viaOf = async (interactionId: string) =>
  (await town.pool.query('select via_id, sharer_id from interactions where id = $1', [interactionId])).rows[0]

test("carol likes bob's and erin's post that dave reposted: the numbers of docs/ECONOMY.md", async () => {
  const [bob, erin, dave, carol] = [await town.member(), await town.member(), await rich(), await rich()]
  const splits = [
    { memberId: bob, bps: 6_667 },
    { memberId: erin, bps: 3_333 },
  ]
  const post = await town.post(bob, { splits })
  const repost = await town.repost(dave, post)
  await town.serve(carol, [repost])
  const before = await Promise.all([bob, erin].map(town.wallet))
  // A repost of 0.001 without a sharer: 666,700 and 333,300.
  expect(before.map((wallet) => wallet.pending)).toEqual([666_700n, 333_300n])

  const like = await town.like(carol, post, true, 'like', repost)
  expect(like).toMatchObject({
    ok: true,
    on: true,
    likes: 1,
    reposts: 1,
    credited: 500_000n,
    unfunded: false,
  })
  expect((await town.wallet(carol)).pledge).toBe(999_500_000n)
  const after = await Promise.all([dave, bob, erin].map(town.wallet))
  expect(after.map((wallet) => wallet.pending)).toEqual([50_000n, 966_715n, 483_285n])

  const id = like.ok ? like.id! : ''
  const asShare = { role: 'sharer', stream: 5, code: 5, via_id: repost }
  const asLike = { role: 'author', stream: 2, code: 2, via_id: repost }
  expect(await parts(id)).toEqual([
    { leg: 0, receiver_id: dave, gross: 50_000n, amount: 50_000n, ...asShare },
    { leg: 1, receiver_id: bob, gross: 300_015n, amount: 300_015n, ...asLike },
    { leg: 2, receiver_id: erin, gross: 149_985n, amount: 149_985n, ...asLike },
  ])
  expect(await viaOf(id)).toEqual({ via_id: repost, sharer_id: dave })
  const { rows } = await town.pool.query(
    'select earned, likes_count, reposts_count from posts where id = $1',
    [post],
  )
  expect(rows[0]).toEqual({ earned: 1_500_000n, likes_count: 1, reposts_count: 1 })

  expect(await town.like(carol, post, false)).toMatchObject({ on: false, likes: 0, reposts: 1, credited: 0n })
  expect((await town.wallet(carol)).pledge).toBe(1_000_000_000n)
  expect((await Promise.all([dave, bob, erin].map(town.wallet))).map((wallet) => wallet.pending)).toEqual([
    0n,
    666_700n,
    333_300n,
  ])
})

test('reads, comments and reposts through a quote credit who quoted', async () => {
  const [bob, dave, carol] = [await town.member(), await town.member(), await rich()]
  const post = await town.post(bob)
  const quote = await town.post(dave, { quoteOf: post })
  await town.serve(carol, [newId(), quote])
  for (const kind of ['read', 'comment', 'repost'] as const)
    expect(await town.like(carol, post, true, kind, quote)).toMatchObject({ ok: true, unfunded: false })
  // A tenth of 0.0002, 0.001 and 0.001; the rest is bob's.
  expect((await town.wallet(dave)).pending).toBe(220_000n)
  expect((await town.wallet(bob)).pending).toBe(1_980_000n)
  const { rows } = await town.pool.query(
    'select stream, total from earnings where member_id = $1 order by stream',
    [bob],
  )
  expect(rows).toEqual([
    { stream: 3, total: 180_000n },
    { stream: 4, total: 900_000n },
    { stream: 5, total: 900_000n },
  ])
})

test('what is no live share of that post, by somebody else, served to carol of late, is no way to reach it', async () => {
  const [bob, dave, erin, carol] = [await rich(), await rich(), await rich(), await rich()]
  const [post, other] = [await town.post(bob), await town.post(bob)]
  const carols = await town.repost(carol, post)
  const undone = await town.repost(erin, post)
  await town.like(erin, post, false, 'repost')
  const deleted = await town.post(dave, { quoteOf: post })
  await town.pool.query('update posts set deleted_at = now() where id = $1', [deleted])
  const liked = await town.like(dave, post)
  const [bobs, ofOther, unserved, stale, anothers] = [
    await town.repost(bob, post),
    await town.repost(dave, other),
    await town.post(erin, { quoteOf: post }),
    await town.post(erin, { quoteOf: post }),
    await town.post(erin, { quoteOf: post }),
  ]
  const bobsQuote = await town.post(bob, { quoteOf: post })
  const aLike = liked.ok ? liked.id! : ''
  await town.serve(carol, [carols, undone, deleted, aLike, bobs, bobsQuote, ofOther, other, post])
  await town.serve(carol, [stale], { secondsAgo: 7 * 86_400 + 60 })
  await town.serve(dave, [anothers])
  const before = await town.wallet(carol)
  for (const via of [
    ...[carols, undone, deleted, aLike, bobs, bobsQuote, ofOther, other, post],
    ...[unserved, stale, anothers, newId(), 'no id'],
  ])
    expect(await town.like(carol, post, true, 'like', via)).toEqual({ ok: false, code: 'invalid_via' })
  expect(await town.wallet(carol)).toEqual(before)
  expect((await town.pool.query('select 1 from interactions where actor_id = $1', [carol])).rowCount).toBe(1)

  await town.serve(carol, [stale], { secondsAgo: 7 * 86_400 - 60 })
  expect(await town.like(carol, post, true, 'like', stale)).toMatchObject({ ok: true, credited: 500_000n })
})

test('who shared is kept while it is on: another share changes nothing, an undone one takes nothing back', async () => {
  const [bob, dave, erin, carol] = [await town.member(), await rich(), await rich(), await rich()]
  const post = await town.post(bob)
  const [daves, erins] = [await town.repost(dave, post), await town.repost(erin, post)]
  await town.serve(carol, [daves, erins])
  const first = await town.like(carol, post, true, 'like', daves)
  expect(await town.like(carol, post, true, 'like', erins)).toEqual(first)
  expect(await town.like(carol, post, true, 'like', 'no id')).toEqual(first)
  expect((await town.wallet(erin)).pending).toBe(0n)

  await town.like(dave, post, false, 'repost')
  expect((await town.wallet(dave)).pending).toBe(50_000n)
  const id = first.ok ? first.id! : ''
  expect(await viaOf(id)).toEqual({ via_id: daves, sharer_id: dave })
  // Taking back asks nothing of the share; the next like finds it dead, and without one there is no sharer.
  expect(await town.like(carol, post, false, 'like', daves)).toMatchObject({ on: false, credited: 0n })
  expect(await town.like(carol, post, true, 'like', daves)).toEqual({ ok: false, code: 'invalid_via' })
  expect(await town.like(carol, post)).toMatchObject({ id, credited: 500_000n })
  expect(await viaOf(id)).toEqual({ via_id: null, sharer_id: null })
  expect((await town.wallet(dave)).pending).toBe(0n)
})

test('a repost keeps its id and its counter over being undone and done again; a read is for ever', async () => {
  const [bob, dave] = [await town.member(), await rich()]
  const post = await town.post(bob)
  const first = await town.like(dave, post, true, 'repost')
  expect(first).toMatchObject({ on: true, likes: 0, reposts: 1, credited: 1_000_000n })
  const id = first.ok ? first.id : undefined
  expect(await town.like(dave, post, false, 'repost')).toMatchObject({ id, on: false, reposts: 0 })
  expect(await town.like(dave, post, true, 'repost')).toMatchObject({ id, on: true, reposts: 1 })

  const read = await town.like(dave, post, true, 'read')
  expect(read).toMatchObject({ on: true, likes: 0, reposts: 1, credited: 200_000n })
  expect(await town.like(dave, post, true, 'read')).toEqual(read)
  expect(await town.like(dave, post, false, 'read')).toEqual(read)
  expect((await town.wallet(dave)).pledge).toBe(998_800_000n)
})

test('a co-author who likes their own post pays the others only, and who has just that much can', async () => {
  const [bob, erin] = [await town.member(), await town.member({ has: '1', pledges: '0.0003' })]
  const splits = [
    { memberId: bob, bps: 6_000 },
    { memberId: erin, bps: 4_000 },
  ]
  const [one, two] = [await town.post(bob, { splits }), await town.post(bob, { splits })]
  // 60 % of 0.0005
  expect(await town.like(erin, one)).toMatchObject({ credited: 300_000n, unfunded: false })
  expect(await town.wallet(erin)).toMatchObject({ pledge: 0n, pending: 0n })
  expect(await town.like(erin, two)).toMatchObject({ credited: 0n, unfunded: true })
  const own = await town.post(erin, { splits: [{ memberId: erin, bps: 10_000 }] })
  expect(await town.like(erin, own)).toMatchObject({ credited: 0n, unfunded: false })
})

test('each part waits for its own hold, and undoing takes back those that still wait', async () => {
  const [bob, erin, carol] = [await town.member(), await town.member(), await rich()]
  await town.grown(bob, carol)
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  const post = await town.post(bob, { splits })
  const like = await town.like(carol, post)
  const { rows } = await town.pool.query(
    `select receiver_id, hold, clears_at - to_timestamp((period + 1) * 86400) as waits
     from receipts where payer_id = $1 order by leg`,
    [carol],
  )
  expect(rows).toMatchObject([
    { receiver_id: bob, hold: 'normal', waits: { days: 1 } },
    { receiver_id: erin, hold: 'young', waits: { days: 7 } },
  ])

  await town.holdsPass(bob)
  expect(await town.clear()).toBe(1)
  const id = like.ok ? like.id : undefined
  expect(await town.like(carol, post, false)).toMatchObject({ on: false, credited: 250_000n })
  expect((await town.wallet(carol)).pledge).toBe(999_750_000n)
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, available: 237_500n })
  expect((await town.wallet(erin)).pending).toBe(0n)
  // While a part of it stands, a new like pays nothing more.
  expect(await town.like(carol, post)).toMatchObject({ id, on: true, credited: 250_000n, unfunded: false })
  expect((await town.wallet(carol)).pledge).toBe(999_750_000n)
  const kept = await town.pool.query('select reversals from interactions where id = $1', [id])
  expect(kept.rows[0].reversals).toBe(1)
})

test('a batch in which dave reposts, takes it back and reposts answers carol’s likes as one after another', async () => {
  const [bob, dave, carol, erin, frank] = [
    await town.member(),
    await rich(),
    await rich(),
    await rich(),
    await rich(),
  ]
  const post = await town.post(bob)
  const via = await town.repost(dave, post)
  for (const member of [carol, erin, frank]) await town.serve(member, [via])
  const like = (actorId: string) => ({ actorId, postId: post, kind: 'like' as const, on: true, via })
  const repost = (on: boolean) => ({ actorId: dave, postId: post, kind: 'repost' as const, on })
  const answers = await town.act(
    like(carol),
    repost(false),
    like(erin),
    like(carol),
    repost(true),
    like(frank),
    like(erin),
  )
  const [paid, refused] = [
    { ok: true, credited: 500_000n },
    { ok: false, code: 'invalid_via' },
  ]
  const done = { ok: true, on: true }
  expect(answers).toMatchObject([paid, { ok: true, on: false }, refused, paid, done, paid, paid])
  expect((await town.wallet(dave)).pending).toBe(150_000n)
})

test('a repost that is taken back last in a batch is not taken back before the likes that came through it', async () => {
  const [bob, dave, carol] = [await town.member(), await rich(), await rich()]
  const postId = await town.post(bob)
  const via = await town.repost(dave, postId)
  await town.serve(carol, [via])
  const like = (on: boolean) => ({ actorId: carol, postId, kind: 'like' as const, on, via })
  const answers = await town.act(like(true), like(false), like(true), {
    ...{ actorId: dave, postId, kind: 'repost' as const, on: false },
  })
  const [paid, off] = [
    { ok: true, credited: 500_000n },
    { ok: true, on: false },
  ]
  expect(answers).toMatchObject([paid, off, paid, off])
  expect((await town.wallet(dave)).pending).toBe(50_000n)
})

test('two sharers at once: carol’s like goes to one of them, whole', async () => {
  const [bob, dave, erin] = [await town.member(), await rich(), await rich()]
  const post = await town.post(bob)
  const vias = [await town.repost(dave, post), await town.repost(erin, post)]
  for (let round = 0; round < 10; round++) {
    const carol = await rich()
    await town.serve(carol, vias)
    const before = await Promise.all([dave, erin].map(town.wallet))
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => town.like(carol, post, true, 'like', vias[i % 2])),
    )
    expect(answers.every((a) => a.ok && a.credited === 500_000n)).toBe(true)
    const after = await Promise.all([dave, erin].map(town.wallet))
    const got = after.map((wallet, i) => wallet.pending - before[i]!.pending)
    expect(got.toSorted()).toEqual([0n, 50_000n])
    expect((await town.wallet(carol)).pledge).toBe(999_500_000n)
  }
})

test('funds for ten of fifty likes at once pay ten whole, and no co-author a part of another', async () => {
  // In a batch and in transactions of their own: from the budget for five, from the pledge for five.
  for (const inOne of [true, false]) {
    const [bob, erin, carol] = [
      await town.member(),
      await town.member(),
      await town.member({ has: '1', pledges: '0.0025' }),
    ]
    await town.budget(carol, '0.002999999')
    const splits = [bob, erin].map((memberId, i) => ({ memberId, bps: i === 0 ? 7_500 : 2_500 }))
    const wishes = await Promise.all(
      Array.from({ length: 50 }, async () => ({
        ...{ actorId: carol, kind: 'like' as const, on: true, postId: await town.post(bob, { splits }) },
      })),
    )
    const answers = inOne
      ? await town.act(...wishes)
      : (await Promise.all(wishes.map((wish) => town.act(wish)))).flat()
    expect(answers.filter((a) => a.ok && a.credited === 500_000n && !a.unfunded)).toHaveLength(10)
    expect(answers.filter((a) => a.ok && a.credited === 0n && a.unfunded)).toHaveLength(40)
    expect(await town.wallet(carol)).toMatchObject({ budget: 499_999n, pledge: 0n })
    expect((await town.wallet(bob)).pending).toBe(3_750_000n)
    expect((await town.wallet(erin)).pending).toBe(1_250_000n)
  }
})

test('dave takes his repost back while fifty like through it: each like is with him or refused', async () => {
  const [bob, dave] = [await town.member(), await rich()]
  const post = await town.post(bob)
  const via = await town.repost(dave, post)
  const likers = await Promise.all(Array.from({ length: 50 }, rich))
  for (const liker of likers) await town.serve(liker, [via])
  const [undone, ...answers] = await Promise.all([
    town.like(dave, post, false, 'repost'),
    ...likers.map((liker) => town.like(liker, post, true, 'like', via)),
  ])
  expect(undone).toMatchObject({ ok: true, on: false, reposts: 0 })
  const paid = answers.filter((a) => a!.ok && a!.credited === 500_000n).length
  const refused = answers.filter((a) => !a!.ok && a!.code === 'invalid_via').length
  expect(paid + refused).toBe(50)
  expect((await town.wallet(dave)).pending).toBe(50_000n * BigInt(paid))
})

test('after all of it the books balance, and the rollups with them', async () => {
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.creditsAddUp()).toBe(true)
})
