import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { clearPending } from './clear-pending.ts'

let town: Town
beforeAll(async () => {
  // One period for the whole file, so that what clears together does not depend on the clock.
  town = await openTown({
    PERIOD_SECONDS: '31536000',
    HOLD_SECONDS: '31536000',
    HOLD_YOUNG_SECONDS: '31536000',
  })
})
afterAll(() => town.close())

/** Lets the hold of everything pending pass. */
const holdsPass = () => town.pool.query(`update receipts set clears_at = now() - interval '1 second'`)
const clear = () => withTransaction(town.pool, (tx) => clearPending(tx, town.rules))

test('three likes and a comment clear together, with one fee on the total', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  for (let i = 0; i < 3; i++) await town.like(alice, await town.post(bob))
  await town.like(alice, await town.post(bob), true, 'comment')

  expect(await clear()).toEqual({ cleared: 0 })
  expect((await town.wallet(bob)).available).toBe(0n)
  await holdsPass()
  expect(await clear()).toEqual({ cleared: 1 })
  // 0.0025 less 5 %, from docs/ECONOMY.md
  expect(await town.wallet(bob)).toMatchObject({
    pending: 0n,
    available: 2_375_000n,
    earnedTotal: 2_500_000n,
  })
  expect(await clear()).toEqual({ cleared: 0 })
})

test('a credit that comes after its period was cleared pays the fee on the total, not one of its own', async () => {
  // 2 bps of 0.0005 is 100 nano; three times 0.0005 at 333 bps is 49,950 where one by one would be 3 × 16,650.
  const odd = await openTown({ CLEARING_FEE_BPS: '1', RATE_LIKE: '0.000015' })
  const alice = await odd.member({ has: '1', pledges: '1' })
  const bob = await odd.member()
  for (let i = 0; i < 3; i++) {
    await odd.like(alice, await odd.post(bob))
    await odd.pool.query(`update receipts set clears_at = now() - interval '1 second', period = 1`)
    await withTransaction(odd.pool, (tx) => clearPending(tx, odd.rules))
  }
  // 15,000 nano at 1 bps is 1.5, rounded up 2; 30,000 is 3; 45,000 is 4.5, rounded up 5: not 3 × 2.
  expect((await odd.wallet(bob)).available).toBe(45_000n - 5n)
  await odd.close()
})

test('a period too large for one call clears in several, with the same fee', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  for (let i = 0; i < 5; i++) await town.like(alice, await town.post(bob))
  await holdsPass()
  const calls = []
  for (let cleared = 1; cleared > 0; calls.push(cleared))
    ({ cleared } = await withTransaction(town.pool, (tx) => clearPending(tx, town.rules, { limit: 2 })))
  expect(calls).toEqual([1, 1, 1, 0])
  // 0.0025 less 5 %
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, available: 2_375_000n })
})

test('what has cleared is not taken back: the unlike stands, the credit stays', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const post = await town.post(bob)
  await town.like(alice, post)
  await holdsPass()
  await clear()
  expect(await town.like(alice, post, false)).toMatchObject({ on: false, credited: 500_000n, likes: 0 })
  expect(await town.like(alice, post)).toMatchObject({ on: true, credited: 500_000n, likes: 1 })
  expect(await town.wallet(bob)).toMatchObject({ available: 475_000n, pending: 0n })
})

test('view money waits for its own hold: one clearing a hold, and what comes due later in a later one', async () => {
  const [alice, bob] = [await town.member({ has: '1', pledges: '1' }), await town.member()]
  const erin = await town.member()
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  await town.like(alice, await town.post(bob, { splits }))
  // Three views paid bob 0.001 each; the dispute window of the third is open.
  for (const due of ['-1 second', '-1 hour', '1 hour']) {
    const id = newId()
    await withTransaction(town.pool, async (tx) => {
      await ledgerOf(tx).post([
        {
          ...{ id, leg: 0, debit: 'chain:reserve', credit: `member:${bob}:pending` },
          ...{ amount: money('0.001'), code: 1 },
        },
      ])
      await tx.query(
        `insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, gross,
           period, hold, clears_at, rule_version, weight, total_weight)
         select $1, 0, $1, $2, $3, $1, 'view', 'viewer', 1, 'campaign', 1000000, period, 'views', now() + $4::interval, 1, 1, 1
         from receipts where payer_id = $2 limit 1`,
        [id, alice, bob, due],
      )
    })
  }
  await town.pool.query(
    `update receipts set clears_at = now() - interval '1 second' where receiver_id = any($1::uuid[]) and kind = 'like'`,
    [[bob, erin]],
  )
  // bob's half of the like, erin's half, and bob's two views that are due.
  expect(await clear()).toEqual({ cleared: 3 })
  expect(await town.wallet(bob)).toMatchObject({ pending: 1_000_000n, available: 237_500n + 1_900_000n })
  expect(await town.wallet(erin)).toMatchObject({ pending: 0n, available: 237_500n })
  await town.holdsPass(bob)
  expect(await clear()).toEqual({ cleared: 1 })
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, available: 237_500n + 2_850_000n })
  const { rows } = await town.pool.query(
    'select hold, ordinal, gross, fee from clearings where member_id = $1 order by hold, ordinal',
    [bob],
  )
  expect(rows).toEqual([
    { hold: 'young', ordinal: 0, gross: 250_000n, fee: 12_500n },
    { hold: 'views', ordinal: 0, gross: 2_000_000n, fee: 100_000n },
    { hold: 'views', ordinal: 1, gross: 1_000_000n, fee: 50_000n },
  ])
})

test('clearing and unliking at once: each credit goes one way only', async () => {
  const bob = await town.member()
  const posts = await Promise.all(Array.from({ length: 40 }, () => town.post(bob)))
  const alice = await town.member({ has: '1', pledges: '1' })
  await Promise.all(posts.map((post) => town.like(alice, post)))
  await holdsPass()
  await Promise.all([...posts.map((post) => town.like(alice, post, false)), clear(), clear()])
  while ((await clear()).cleared > 0);

  const { rows } = await town.pool.query(
    `select count(*) filter (where reversal_id is not null) as reversed, count(*) filter (where clearing_id is not null) as cleared
     from receipts where receiver_id = $1`,
    [bob],
  )
  const [reversed, cleared] = [BigInt(rows[0].reversed), BigInt(rows[0].cleared)]
  expect(reversed + cleared).toBe(40n)
  expect((await town.wallet(alice)).pledge).toBe(1_000_000_000n - cleared * 500_000n)
  expect((await town.wallet(bob)).pending).toBe(0n)
  expect(await town.lawsHold()).toBe(true)
})
