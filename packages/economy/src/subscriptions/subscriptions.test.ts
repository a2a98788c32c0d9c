import { newId, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { tip } from '../tips/tip.ts'
import { cancelSubscription } from './cancel.ts'
import { chargeDue } from './charge-due.ts'
import { resume } from './resume.ts'
import { chargesOf, subscriptionsOf } from './store.ts'
import { subscribe } from './subscribe.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
// What one story leaves behind would be due in the next.
beforeEach(() => town.pool.query(`update subscriptions set status = 'cancelled', cancelled_at = now()`))
afterAll(() => town.close())

const begin = (...inputs: Parameters<typeof subscribe>[2]) =>
  withTransaction(town.pool, (tx) => subscribe(tx, town.rules, inputs))
const work = () => withTransaction(town.pool, (tx) => chargeDue(tx, town.rules))
const again = (payerId: string, id: string) =>
  withTransaction(town.pool, (tx) => resume(tx, town.rules, [{ payerId, id }]))
const available = async (id: string) => (await town.wallet(id)).available

/** Carol tips somebody: a fortieth of it stays with the platform. */
async function given(memberId: string, amount: string): Promise<void> {
  const carol = await town.member({ has: amount })
  await withTransaction(town.pool, (tx) =>
    tip(tx, town.rules, [{ payerId: carol, to: { memberId }, amount: money(amount) }]),
  )
}

/** So much time passes for a subscription: all its dates move back. */
const passes = (id: string, interval: string) =>
  town.pool.query(
    `update subscriptions set next_at = next_at - $2::interval, anchor_at = anchor_at - $2::interval where id = $1`,
    [id, interval],
  )

async function subscription(has: string, interval: 'day' | 'week' | 'month' = 'day') {
  const [alice, bob] = [await town.member({ has }), await town.member()]
  const [result] = await begin({ payerId: alice, receiverId: bob, amount: money('1'), interval })
  if (!result?.ok) throw new Error(`no subscription: ${JSON.stringify(result)}`)
  const { id } = result.subscription
  const state = async () => (await subscriptionsOf(town.pool, alice, { id, take: 1 }))[0]
  return { alice, bob, id, state, first: result }
}

test('alice subscribes to bob by the day: he has the first at once, less the fee, and the next tomorrow', async () => {
  const { alice, bob, id, first, state } = await subscription('5')
  expect(first.charge).toMatchObject({ ordinal: 0, amount: 1_000_000_000n, fee: 25_000_000n })
  expect([await available(alice), await available(bob)]).toEqual([4_000_000_000n, 975_000_000n])
  expect(await state()).toEqual(first.subscription)
  expect(first.subscription.nextAt.getTime() - first.subscription.createdAt.getTime()).toBe(86_400_000)

  expect(await work()).toMatchObject({ due: 0 })
  await passes(id, '1 day')
  expect(await work()).toMatchObject({ charged: 1 })
  expect(await work()).toMatchObject({ due: 0 })
  expect([await available(alice), await available(bob)]).toEqual([3_000_000_000n, 1_950_000_000n])
  const charges = await chargesOf(town.pool, id, { before: undefined, take: 9 })
  expect(charges.map(({ ordinal }) => ordinal)).toEqual([1, 0])
  expect((await town.wallet(bob)).earnedTotal).toBe(1_950_000_000n)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.lawsHold()).toBe(true)
})

test('after five days of downtime one charge is taken, and the next is due when it would have been', async () => {
  const { alice, id, state } = await subscription('9')
  await passes(id, '5 days 3 hours')
  await work()
  await work()
  expect(await available(alice)).toBe(7_000_000_000n)
  const { anchorAt, nextAt } = (await state()) ?? { anchorAt: new Date(), nextAt: new Date() }
  expect((nextAt.getTime() - anchorAt.getTime()) / 86_400_000).toBe(6)
})

test('without the money it is tried again three times, an hour apart, and then past due; money alone revives nothing, resuming does', async () => {
  const { alice, bob, id, state } = await subscription('1.5')
  await passes(id, '1 day')
  for (const failures of [1, 2, 3]) {
    expect(await work()).toEqual({ due: 1, charged: 0, pastDue: 0 })
    expect(await state()).toMatchObject({ status: 'active', failures, charges: 1 })
    expect(await work()).toMatchObject({ due: 0 })
    await passes(id, '59 minutes')
    expect(await work()).toMatchObject({ due: 0 })
    await passes(id, '1 minute')
  }
  expect(await work()).toEqual({ due: 1, charged: 0, pastDue: 1 })
  expect(await state()).toMatchObject({ status: 'past_due', charges: 1 })
  expect(await again(alice, id)).toEqual([{ ok: false, code: 'insufficient_funds' }])
  await given(alice, '2.051282052')
  await passes(id, '3 days')
  expect(await work()).toMatchObject({ due: 0 })
  expect(await available(alice)).toBe(2_500_000_000n)

  const [resumed] = await again(alice, id)
  expect(resumed).toMatchObject({
    ok: true,
    charge: { ordinal: 1 },
    subscription: { status: 'active', failures: 0 },
  })
  expect(await state()).toEqual(resumed?.ok && resumed.subscription)
  expect([await available(alice), await available(bob)]).toEqual([1_500_000_000n, 1_950_000_000n])
  expect(await again(alice, id)).toEqual([{ ok: false, code: 'not_past_due' }])
  expect(await again(bob, id)).toEqual([{ ok: false, code: 'subscription_not_found' }])
  // A day from resuming, not from the beginning.
  expect(await work()).toMatchObject({ due: 0 })
  await passes(id, '1 day')
  expect(await work()).toMatchObject({ charged: 1 })
})

test('a charge that succeeds at the second attempt is one charge, and the failure is forgotten', async () => {
  const { alice, bob, id, state } = await subscription('1.5')
  await passes(id, '1 day')
  await work()
  await given(alice, '0.9')
  await passes(id, '1 hour')
  expect(await work()).toMatchObject({ charged: 1 })
  expect(await state()).toMatchObject({ status: 'active', failures: 0, charges: 2 })
  expect(await available(bob)).toBe(1_950_000_000n)
})

test('a block, or a suspension, stops the charges', async () => {
  const { alice, bob, id, state } = await subscription('9')
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [bob, alice])
  await passes(id, '1 day')
  expect(await work()).toMatchObject({ due: 1, charged: 0 })
  expect(await available(alice)).toBe(8_000_000_000n)
  expect(await state()).toMatchObject({ failures: 1 })
})

test.each(process.env.LONG ? Array.from({ length: 100 }, (_, i) => i) : [0, 1, 2])(
  'two workers at once, and eight more: each charge once (round %i)',
  async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => subscription('3')))
    for (const { id } of all) await passes(id, '1 day')
    const turns = await Promise.all(Array.from({ length: 10 }, work))
    expect(turns.reduce((sum, { charged }) => sum + charged, 0)).toBe(5)
    for (const { alice, bob } of all)
      expect([await available(alice), await available(bob)]).toEqual([1_000_000_000n, 1_950_000_000n])
    expect(await town.lawsHold()).toBe(true)
  },
)

test('a worker that is killed before it commits has charged nothing, and the next one does', async () => {
  const { alice, id, state } = await subscription('3')
  await passes(id, '1 day')
  const before = await state()
  await expect(
    withTransaction(town.pool, async (tx) => {
      expect(await chargeDue(tx, town.rules)).toMatchObject({ charged: 1 })
      throw new Error('killed here')
    }),
  ).rejects.toThrow('killed here')
  expect(await state()).toEqual(before)
  expect(await available(alice)).toBe(2_000_000_000n)
  expect(await work()).toMatchObject({ charged: 1 })
  expect(await available(alice)).toBe(1_000_000_000n)
})

test('cancelled is cancelled, also twice; and then one may begin anew', async () => {
  const { alice, bob, id, state } = await subscription('5')
  const wish = { payerId: alice, receiverId: bob, amount: money('2'), interval: 'week' as const }
  expect(await begin(wish)).toEqual([{ ok: false, code: 'already_subscribed' }])
  const cancel = (payerId: string) =>
    withTransaction(town.pool, (tx) => cancelSubscription(tx, { payerId, id }))
  expect(await cancel(bob)).toEqual({ ok: false, code: 'subscription_not_found' })
  expect(await cancel(alice)).toEqual({ ok: true })
  const cancelledAt = (await state())?.cancelledAt
  expect(await cancel(alice)).toEqual({ ok: true })
  expect(await state()).toMatchObject({ status: 'cancelled', cancelledAt })
  await passes(id, '9 days')
  expect(await work()).toMatchObject({ due: 0 })
  expect(await again(alice, id)).toEqual([{ ok: false, code: 'not_past_due' }])
  expect((await begin(wish))[0]?.ok).toBe(true)
})

test('without the money, to oneself, to nobody or for less than the fee nothing is begun', async () => {
  const [alice, bob] = [await town.member({ has: '0.9' }), await town.member()]
  const wish = { payerId: alice, receiverId: bob, amount: money('1'), interval: 'month' as const }
  const results = await begin(
    wish,
    { ...wish, receiverId: alice },
    { ...wish, receiverId: newId() },
    { ...wish, amount: money('0.000000001') },
    { ...wish, amount: money('0.5') },
    { ...wish, amount: money('0.1') },
  )
  expect(results.map((r) => r.ok || r.code)).toEqual([
    'insufficient_funds',
    'self_subscription',
    'member_not_found',
    'below_minimum',
    true,
    'already_subscribed',
  ])
  expect(await subscriptionsOf(town.pool, alice, { take: 9 })).toHaveLength(1)
})

test('fifty wishes at once for one subscription begin one', async () => {
  const [alice, bob] = [await town.member({ has: '99' }), await town.member()]
  const wish = { payerId: alice, receiverId: bob, amount: money('1'), interval: 'day' as const }
  const results = (await Promise.all(Array.from({ length: 50 }, () => begin(wish)))).flat()
  expect(results.filter((r) => r.ok)).toHaveLength(1)
  expect(await available(alice)).toBe(98_000_000_000n)
})

test("the first charge counts for the key's limit", async () => {
  const [alice, bob] = [await town.member({ has: '9' }), await town.member()]
  const key = { id: newId(), dailySpendLimit: money('0.9') }
  const wish = { payerId: alice, receiverId: bob, interval: 'day' as const, key }
  const results = await begin({ ...wish, amount: money('1') }, { ...wish, amount: money('0.9') })
  expect(results.map((r) => r.ok || r.code)).toEqual(['spend_limit', true])
})
