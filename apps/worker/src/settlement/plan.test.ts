import { expect, test } from 'vitest'
import { planPayouts } from './plan.ts'

const withdrawal = (id: string, to: string, units: bigint) => ({
  id,
  memberId: id,
  to,
  amount: units * 1_000n,
  lane: 'push' as const,
  forced: false,
})

test('payouts to one address are one payout', () => {
  const plan = planPayouts(
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

test('the oldest come first, and nobody overtakes one that does not fit any more', () => {
  const plan = planPayouts(
    [withdrawal('1', 'a', 6n), withdrawal('2', 'b', 5n), withdrawal('3', 'c', 1n)],
    10n,
    1_000n,
  )
  expect(plan.pushed.map((w) => w.id)).toEqual(['1'])
  expect(plan.tooLarge).toEqual([])
})

test('what is authorised shares the limit with what is paid', () => {
  const plan = planPayouts(
    [withdrawal('1', 'a', 4n), { ...withdrawal('2', 'b', 5n), lane: 'pull' }, withdrawal('3', 'c', 2n)],
    10n,
    1_000n,
  )
  expect(plan.pushed.map((w) => w.id)).toEqual(['1'])
  expect(plan.pulled.map((w) => w.id)).toEqual(['2'])
  expect(plan.total).toBe(4n)
  expect([...plan.byAddress.keys()]).toEqual(['a'])
})

test('of a forced exit that no epoch could pay whole, each takes what it can', () => {
  const forced = { ...withdrawal('1', 'a', 25n), lane: 'pull' as const, forced: true }
  const plan = planPayouts([forced, withdrawal('2', 'b', 1n)], 10n, 1_000n)
  expect(plan.pulled).toEqual([{ ...forced, amount: 10_000n }])
  expect(plan.divided).toEqual({ withdrawal: forced, part: 10_000n })
  expect([plan.pushed, plan.tooLarge]).toEqual([[], []])
  expect(planPayouts([forced], 25n, 1_000n).divided).toBeUndefined()
  expect(planPayouts([forced], 0n, 1_000n)).toMatchObject({ pulled: [], tooLarge: [] })
})

test('what no epoch could ever pay waits by itself', () => {
  const plan = planPayouts([withdrawal('1', 'a', 11n), withdrawal('2', 'b', 10n)], 10n, 1_000n)
  expect(plan.pushed.map((w) => w.id)).toEqual(['2'])
  expect(plan.tooLarge.map((w) => w.id)).toEqual(['1'])
})

test('the five hundred and first address opens a second batch', () => {
  const many = Array.from({ length: 501 }, (_, i) => withdrawal(`${i}`, `address ${i}`, 1n))
  const plan = planPayouts(many, 10_000n, 1_000n)
  expect(plan.batches.map((batch) => batch.length)).toEqual([500, 1])
  expect(plan.byAddress.get('address 500')).toEqual({ amount: 1n, batch: 1 })
  expect(plan.byAddress.get('address 499')).toEqual({ amount: 1n, batch: 0 })
})

test('nothing asked is nothing paid', () => {
  expect(planPayouts([], 10n, 1_000n)).toMatchObject({ batches: [], total: 0n })
})
