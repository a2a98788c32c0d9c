import { expect, test } from 'vitest'
import * as plans from './plan.ts'

const yes = async () => true
const planPayouts = (requested: Parameters<typeof plans.planPayouts>[0], limit: bigint, unit: bigint) =>
  plans.planPayouts(requested, limit, unit, yes, yes)

const withdrawal = (id: string, to: string, units: bigint) => ({
  id,
  memberId: id,
  to,
  amount: units * 1_000n,
})

test('payouts to one address are one payout', async () => {
  const plan = await planPayouts(
    [withdrawal('1', 'alice', 5n), withdrawal('2', 'bob', 7n), withdrawal('3', 'alice', 2n)],
    100n,
    1_000n,
  )
  expect(plan.batches).toEqual([
    [
      { account: 'alice', amount: 7n },
      { account: 'bob', amount: 7n },
    ],
  ])
  expect(plan.total).toBe(14n)
})

test('the oldest come first, and nobody overtakes one that does not fit any more', async () => {
  const plan = await planPayouts(
    [withdrawal('1', 'a', 6n), withdrawal('2', 'b', 5n), withdrawal('3', 'c', 1n)],
    10n,
    1_000n,
  )
  expect(plan.taken.map((w) => w.id)).toEqual(['1'])
  expect(plan.tooLarge).toEqual([])
})

test('what no epoch could ever pay waits by itself', async () => {
  const plan = await planPayouts([withdrawal('1', 'a', 11n), withdrawal('2', 'b', 10n)], 10n, 1_000n)
  expect(plan.taken.map((w) => w.id)).toEqual(['2'])
  expect(plan.tooLarge.map((w) => w.id)).toEqual(['1'])
})

test('the five hundred and first address opens a second batch', async () => {
  const many = Array.from({ length: 501 }, (_, i) => withdrawal(`${i}`, `address ${i}`, 1n))
  const plan = await planPayouts(many, 10_000n, 1_000n)
  expect(plan.batches.map((batch) => batch.length)).toEqual([500, 1])
  expect(plan.byAddress.get('address 500')).toEqual({ amount: 1n, batch: 1 })
  expect(plan.byAddress.get('address 499')).toEqual({ amount: 1n, batch: 0 })
})

test('nothing asked is nothing paid', async () => {
  expect(await planPayouts([], 10n, 1_000n)).toMatchObject({ batches: [], total: 0n })
})

test('a batch that nobody would take is taken apart, one that somebody takes is not', async () => {
  const refusing = new Set(Array.from({ length: 501 }, (_, i) => `address ${i}`))
  const accepts = async ({ account }: { account: string }) => !refusing.has(account)
  const some = ['a', 'address 1', 'b'].map((to, i) => withdrawal(`${i}`, to, 1n))
  const none = ['address 1', 'address 2'].map((to, i) => withdrawal(`${i}`, to, 1n))
  expect((await plans.planPayouts(some, 100n, 1_000n, accepts, yes)).batches.map((b) => b.length)).toEqual([
    3,
  ])
  expect((await plans.planPayouts(none, 100n, 1_000n, accepts, yes)).batches).toEqual([
    [{ account: 'address 1', amount: 1n }],
    [{ account: 'address 2', amount: 1n }],
  ])
  // There are 255 batches; the others keep their place in the queue.
  const many = [...refusing].map((to, i) => withdrawal(`${i}`, to, 1n))
  const plan = await plans.planPayouts(many, 10_000n, 1_000n, accepts, yes)
  expect([plan.batches.length, plan.taken.length, plan.total]).toEqual([255, 255, 255n])
})

test('while the token moves nothing at all, nothing is taken', async () => {
  const no = async () => false
  const plan = await plans.planPayouts(
    [withdrawal('1', 'a', 1n), withdrawal('2', 'b', 1n)],
    10n,
    1_000n,
    no,
    no,
  )
  expect(plan).toMatchObject({ batches: [], taken: [], total: 0n })
})
