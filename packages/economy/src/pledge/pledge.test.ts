import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { pledge, unpledge } from './pledge.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('alice sets money aside, and takes back what is left', async () => {
  const alice = await town.member({ has: '1' })
  await withTransaction(town.pool, (tx) => pledge(tx, [{ memberId: alice, amount: money('0.4') }]))
  expect(await town.wallet(alice)).toMatchObject({ available: 600_000_000n, pledge: 400_000_000n })
  await town.like(alice, await town.post(await town.member()))
  await withTransaction(town.pool, (tx) => unpledge(tx, [alice]))
  expect(await town.wallet(alice)).toMatchObject({ available: 999_500_000n, pledge: 0n })
  await withTransaction(town.pool, (tx) => unpledge(tx, [alice]))
  expect((await town.wallet(alice)).available).toBe(999_500_000n)
})

test('more than there is cannot be set aside', async () => {
  const alice = await town.member({ has: '1' })
  const results = await withTransaction(town.pool, (tx) =>
    pledge(tx, [
      { memberId: alice, amount: money('0.7') },
      { memberId: alice, amount: money('0.4') },
      { memberId: alice, amount: money('0.3') },
    ]),
  )
  expect(results).toEqual([{ ok: true }, { ok: false, code: 'insufficient_funds' }, { ok: true }])
})

test('many take back at once, each their own, and naming somebody twice is naming them once', async () => {
  const [alice, bob, carol] = [
    await town.member({ has: '1', pledges: '0.4' }),
    await town.member({ has: '2', pledges: '0.5' }),
    await town.member({ has: '3' }),
  ]
  await withTransaction(town.pool, (tx) => unpledge(tx, [alice, carol, bob, alice]))
  for (const [member, available] of [
    [alice, 1_000_000_000n],
    [bob, 2_000_000_000n],
    [carol, 3_000_000_000n],
  ] as const)
    expect(await town.wallet(member)).toMatchObject({ available, pledge: 0n })
})

test('taking back while likes spend: nothing is lost and nothing is made', async () => {
  const alice = await town.member({ has: '1', pledges: '0.01' })
  const bob = await town.member()
  const posts = await Promise.all(Array.from({ length: 20 }, () => town.post(bob)))
  await Promise.all([
    ...posts.map((post) => town.like(alice, post)),
    ...[1, 2, 3].map(() => withTransaction(town.pool, (tx) => unpledge(tx, [alice]))),
  ])
  const [a, b] = [await town.wallet(alice), await town.wallet(bob)]
  expect(a.available + a.pledge + b.pending).toBe(1_000_000_000n)
  expect(await town.lawsHold()).toBe(true)
})
