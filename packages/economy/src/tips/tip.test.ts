import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { memberStatement } from '../wallet/wallet.ts'
import { tipsTo } from './store.ts'
import { tip } from './tip.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const tips = (...inputs: Parameters<typeof tip>[2]) =>
  withTransaction(town.pool, (tx) => tip(tx, town.rules, inputs))

test("alice tips bob's post: he has it at once, less the fee", async () => {
  const alice = await town.member({ has: '2' })
  const bob = await town.member()
  const postId = await town.post(bob)
  const [result] = await tips({
    payerId: alice,
    to: { postId },
    amount: money('1.000000001'),
    message: 'thank you',
  })
  // 2.5 % of 1.000000001 is 0.025000000025, rounded up to the nano.
  expect(result).toMatchObject({
    ok: true,
    tip: { fee: 25_000_001n, net: 975_000_000n, parts: [{ memberId: bob, amount: 975_000_000n }] },
  })
  expect((await town.wallet(alice)).available).toBe(999_999_999n)
  expect(await town.wallet(bob)).toMatchObject({ available: 975_000_000n, earnedTotal: 975_000_000n })
  const { rows } = await town.pool.query('select earned from posts where id = $1', [postId])
  expect(rows[0].earned).toBe(975_000_000n)
})

test('of five tips in a batch, those the balance covers in their order are paid, also with money that just came in', async () => {
  const alice = await town.member({ has: '1' })
  const bob = await town.member()
  const results = await tips(
    { payerId: alice, to: { memberId: bob }, amount: money('0.8') },
    { payerId: alice, to: { memberId: bob }, amount: money('0.3') },
    { payerId: bob, to: { memberId: alice }, amount: money('0.5') },
    { payerId: alice, to: { memberId: bob }, amount: money('0.6') },
    { payerId: alice, to: { memberId: bob }, amount: money('0.2') },
  )
  expect(results.map((r) => r.ok || r.code)).toEqual([
    true,
    'insufficient_funds',
    true,
    true, // 0.2 left and 0.4875 came in
    'insufficient_funds',
  ])
  expect((await town.wallet(alice)).available).toBe(87_500_000n)
})

test('nobody tips themselves, nobody, or less than the fee leaves', async () => {
  const alice = await town.member({ has: '1' })
  const bob = await town.member()
  const refused = await tips(
    { payerId: alice, to: { memberId: alice }, amount: money('0.1') },
    { payerId: alice, to: { postId: alice }, amount: money('0.1') },
    { payerId: alice, to: { memberId: '01900000-0000-7000-8000-000000000000' }, amount: money('0.1') },
    { payerId: alice, to: { memberId: bob }, amount: money('0.000000001') },
  )
  expect(refused.map((r) => r.ok || r.code)).toEqual([
    'self_tip',
    'post_not_found',
    'member_not_found',
    'below_minimum',
  ])
  expect((await town.wallet(alice)).available).toBe(1_000_000_000n)
})

test('two hundred tips at once from a balance that covers twenty pay twenty', async () => {
  const alice = await town.member({ has: '2' })
  const bob = await town.member()
  const results = await Promise.all(
    Array.from({ length: 200 }, () => tips({ payerId: alice, to: { memberId: bob }, amount: money('0.1') })),
  )
  expect(results.flat().filter((r) => r.ok)).toHaveLength(20)
  expect((await town.wallet(alice)).available).toBe(0n)
  expect((await town.wallet(bob)).available).toBe(1_950_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

/** A post of bob's of which half is erin's. */
async function sharedPost(bob: string, erin: string): Promise<string> {
  const postId = await town.post(bob)
  await town.pool.query('update posts set split_members = $2, split_bps = $3 where id = $1', [
    postId,
    [bob, erin],
    [5_000, 5_000],
  ])
  return postId
}

test('alice tips what bob and erin made: each has half, and there is a row for each', async () => {
  const [alice, bob, erin] = [await town.member({ has: '2' }), await town.member(), await town.member()]
  const [result] = await tips({
    payerId: alice,
    to: { postId: await sharedPost(bob, erin) },
    amount: money('1.000000001'),
  })
  // 0.975 between two.
  const halves = [
    { memberId: bob, amount: 487_500_000n },
    { memberId: erin, amount: 487_500_000n },
  ]
  expect(result).toMatchObject({ ok: true, tip: { fee: 25_000_001n, net: 975_000_000n, parts: halves } })
  const { rows } = await town.pool.query(
    'select leg, receiver_id, amount from payment_parts where payment_id = $1 order by leg',
    [result?.ok && result.tip.id],
  )
  expect(rows).toEqual(halves.map((half, leg) => ({ leg, receiver_id: half.memberId, amount: half.amount })))
  expect((await town.wallet(erin)).available).toBe(487_500_000n)
  expect(await town.earningsAddUp()).toBe(true)
})

test('whom alice blocked has nothing of it, and alice keeps that half; a co-author who tips keeps their own', async () => {
  const [alice, bob, erin] = [
    await town.member({ has: '2' }),
    await town.member(),
    await town.member({ has: '2' }),
  ]
  const postId = await sharedPost(bob, erin)
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [alice, erin])
  const to = { postId }
  const [blocked, own] = await tips(
    { payerId: alice, to, amount: money('1') },
    { payerId: erin, to, amount: money('1') },
  )
  for (const result of [blocked, own])
    expect(result).toMatchObject({
      ok: true,
      tip: { amount: 500_000_000n, fee: 12_500_000n, parts: [{ memberId: bob, amount: 487_500_000n }] },
    })
  expect((await town.wallet(alice)).available).toBe(1_500_000_000n)
  expect((await town.wallet(erin)).available).toBe(1_500_000_000n)
  const { rows } = await town.pool.query('select earned from posts where id = $1', [postId])
  expect(rows[0].earned).toBe(975_000_000n)
})

test('between the two of a block no tip goes, in either direction; nor to or from who is suspended', async () => {
  const [alice, bob, carol] = [
    await town.member({ has: '1' }),
    await town.member({ has: '1' }),
    await town.member({ has: '1' }),
  ]
  const postId = await sharedPost(bob, carol)
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [bob, alice])
  await town.pool.query('update members set suspended_at = now() where id = $1', [carol])
  const results = await tips(
    { payerId: alice, to: { memberId: bob }, amount: money('0.1') },
    { payerId: bob, to: { memberId: alice }, amount: money('0.1') },
    { payerId: alice, to: { postId }, amount: money('0.1') },
    { payerId: alice, to: { memberId: carol }, amount: money('0.1') },
    { payerId: carol, to: { memberId: alice }, amount: money('0.1') },
  )
  expect(results.map((r) => r.ok || r.code)).toEqual([
    'blocked',
    'blocked',
    'blocked',
    'suspended',
    'suspended',
  ])
  expect((await town.wallet(alice)).available).toBe(1_000_000_000n)
})

test('who tips anonymously is told to the receiver and to themselves, and to nobody else', async () => {
  const [alice, bob, carol] = [await town.member({ has: '1' }), await town.member(), await town.member()]
  const postId = await town.post(bob)
  await tips(
    { payerId: alice, to: { postId }, amount: money('0.1'), anonymous: true, message: 'shh' },
    { payerId: alice, to: { postId }, amount: money('0.2') },
  )
  for (const [viewerId, names] of [
    [null, [alice, undefined]],
    [carol, [alice, undefined]],
    [bob, [alice, alice]],
    [alice, [alice, alice]],
  ] as const) {
    const seen = await tipsTo(town.pool, { postId }, { viewerId, before: undefined, take: 9 })
    expect(seen.map(({ from }) => from?.id)).toEqual(names)
    expect(seen.map(({ message }) => message)).toEqual([null, 'shh'])
  }
  const statement = await memberStatement(town.pool, alice, { limit: 9 })
  expect(statement.entries.filter(({ counterpartRef }) => counterpartRef.includes(bob))).toHaveLength(2)
})

test("alice tips a post of hers that bob wrote half of: he has his half's worth, and hers stays with her", async () => {
  const alice = await town.member({ has: '1' })
  const bob = await town.member()
  const postId = await town.post(alice, {
    splits: [
      { memberId: alice, bps: 5_000 },
      { memberId: bob, bps: 5_000 },
    ],
  })
  const [result] = await tips({ payerId: alice, to: { postId }, amount: money('0.000001') })
  // Of 1,000 nano 500 are charged; 2.5 % of them is 12.5, rounded up.
  expect(result).toMatchObject({
    ok: true,
    tip: { amount: 500n, fee: 13n, parts: [{ memberId: bob, amount: 487n }] },
  })
  expect((await town.wallet(alice)).available).toBe(999_999_500n)
  expect((await town.wallet(bob)).available).toBe(487n)
})
