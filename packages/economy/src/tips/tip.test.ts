import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
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
