import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actingBefore, closePeriod, endPeriod, killedAtEach, periodsAreEmpty } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { type CloseStep, closePeriodStep, type StepOptions } from './close-period.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const receiptsOf = async (payer: string) =>
  (
    await town.pool.query(
      `select receiver_id as receiver, kind, role, stream, gross, weight, total_weight as total, hold, rule_version as rules,
         clears_at = to_timestamp((period + 1) * 86400 + 7 * 86400) as clears, via_id as via
       from receipts where payer_id = $1 and closing and reversal_id is null order by id, leg`,
      [payer],
    )
  ).rows

test("what is left of alice's budget goes to those she read, liked and commented, by weight, to the last nano", async () => {
  const alice = await town.member()
  const [carol, dave, erin, frank, gina, hugo] = await Promise.all(
    Array.from({ length: 6 }, () => town.member()),
  )
  const shared = await town.post(carol!)
  await town.pool.query('update posts set split_members = $2, split_bps = $3 where id = $1', [
    shared,
    [carol, erin],
    [6_667, 3_333],
  ])
  const via = await town.post(dave!)
  await town.like(alice, shared)
  await town.pool.query('update interactions set via_id = $1, sharer_id = $2 where post_id = $3', [
    via,
    dave,
    shared,
  ])
  await town.like(alice, await town.post(hugo!))
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [hugo, alice])
  await town.like(alice, await town.post(alice))
  await town.like(alice, await town.post(frank!), true, 'read')
  const commented = await town.post(gina!)
  await town.like(alice, commented, true, 'comment')
  await town.budget(alice, '1')

  const period = await endPeriod(town)
  // Weights 5, 5, 5, 2, 10 of 27. A like's share is 185,185,185 5/27, the read's 74,074,074 2/27, the comment's
  // 370,370,370 10/27: the highest average, 10 by one more, and so the nano that is left. Of carol's share dave has a tenth,
  // 18,518,518; of the other 166,666,667 carol 111,116,666.8889 and erin 55,550,000.1111. What would be hugo's, who
  // blocked alice, and her own stays: twice 185,185,185.
  expect(await closePeriod(town, period)).toMatchObject({ payers: 1, interactions: 3, paid: 629_629_630n })
  expect((await town.wallet(alice)).budget).toBe(370_370_370n)
  const got = await Promise.all([carol, dave, erin, frank, gina, hugo].map((id) => town.wallet(id!)))
  expect(got.map((one) => one.pending)).toEqual([
    111_116_667n,
    18_518_518n,
    55_550_000n,
    74_074_074n,
    370_370_371n,
    0n,
  ])
  expect(got[4]!.earnedTotal).toBe(370_370_371n)
  const common = { total: 27n, hold: 'young', rules: 1, clears: true }
  expect(await receiptsOf(alice)).toEqual([
    {
      ...common,
      receiver: dave,
      kind: 'like',
      role: 'sharer',
      stream: 5,
      gross: 18_518_518n,
      weight: 5n,
      via,
    },
    {
      ...common,
      receiver: carol,
      kind: 'like',
      role: 'author',
      stream: 2,
      gross: 111_116_667n,
      weight: 5n,
      via,
    },
    {
      ...common,
      receiver: erin,
      kind: 'like',
      role: 'author',
      stream: 2,
      gross: 55_550_000n,
      weight: 5n,
      via,
    },
    {
      ...common,
      receiver: frank,
      kind: 'read',
      role: 'author',
      stream: 3,
      gross: 74_074_074n,
      weight: 2n,
      via: null,
    },
    {
      ...common,
      receiver: gina,
      kind: 'comment',
      role: 'author',
      stream: 4,
      gross: 370_370_371n,
      weight: 10n,
      via: null,
    },
  ])
  const { rows } = await town.pool.query('select earned from posts where id = any($1) order by earned', [
    [shared, commented],
  ])
  expect(rows.map((row) => row.earned)).toEqual([185_185_185n, 370_370_371n])
  expect(await periodsAreEmpty(town)).toBe(true)
})

test('a period is closed once, also by two at once, a step each', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => town.member()))
  const bob = await town.member()
  for (const id of people) {
    await town.like(id, await town.post(bob))
    await town.like(id, await town.post(bob))
    await town.budget(id, '0.001')
  }
  const period = await endPeriod(town)
  const both = await Promise.all([
    closePeriod(town, period, { limit: 2 }),
    closePeriod(town, period, { limit: 2 }),
  ])
  expect(both.reduce((sum, one) => sum + one.payers, 0)).toBe(6)
  expect((await town.wallet(bob)).pending).toBe(6_000_000n)
  expect(await closePeriod(town, period)).toEqual({
    steps: 1,
    payers: 0,
    interactions: 0,
    paid: 0n,
    swept: 0n,
  })
  expect((await town.wallet(bob)).pending).toBe(6_000_000n)
  const { rows } = await town.pool.query(
    'select status, payers, interactions, paid from periods where number = $1',
    [period],
  )
  expect(rows).toEqual([{ status: 'closed', payers: 6, interactions: 12, paid: 6_000_000n }])
})

test('killed at any statement nothing of the step is there, and the next one does it', async () => {
  const [alice, carol, bob] = await Promise.all([town.member(), town.member(), town.member()])
  for (const id of [alice, carol]) {
    await town.like(id!, await town.post(bob!))
    await town.budget(id!, '0.7')
  }
  const period = await endPeriod(town)
  const killed = await killedAtEach(town, period, async () => {
    const { rows } = await town.pool.query('select count(*) as begun from periods where number = $1', [
      period,
    ])
    expect(rows[0].begun).toBe(0n)
    expect(await receiptsOf(alice!)).toEqual([])
    expect((await town.wallet(bob!)).pending).toBe(0n)
  })
  expect(killed).toBeGreaterThan(8)
  await closePeriod(town, period, { limit: 1 })
  expect((await town.wallet(bob!)).pending).toBe(1_400_000_000n)
  expect((await town.wallet(alice!)).budget).toBe(0n)
})

test('a budget that is spent between the reading and the posting makes the step run again', async () => {
  const [alice, bob] = await Promise.all([town.member(), town.member()])
  await town.like(alice!, await town.post(bob!))
  await town.budget(alice!, '0.001')
  const period = await endPeriod(town)
  let attempts = 0
  await withTransaction(town.pool, async (tx) => {
    const spending = Object.create(tx as object, {
      query: {
        value: async (...args: Parameters<typeof tx.query>) => {
          const { name } = args[0] as unknown as { name?: string }
          if (name === 'post-closing-step' && ++attempts === 1) await town.like(alice!, await town.post(bob!))
          return tx.query(...args)
        },
      },
    })
    return closePeriodStep(spending, town.rules, period)
  })
  expect(attempts).toBe(2)
  await closePeriod(town, period)
  expect((await town.wallet(bob!)).pending).toBe(1_000_000n)
  expect((await town.wallet(alice!)).budget).toBe(0n)
})

test('a step is prepared beside the one before, and posts when that is committed; if that ends elsewhere it runs again', async () => {
  const own = await openTown()
  const [alice, carol, bob] = [await own.member(), await own.member(), await own.member()]
  for (const id of [alice, carol]) {
    await own.like(id, await own.post(bob))
    await own.budget(id, '0.3')
  }
  const period = await endPeriod(own)
  let second: Promise<CloseStep> | undefined
  const first = await withTransaction(own.pool, (tx) =>
    closePeriodStep(tx, own.rules, period, {
      limit: 1,
      planned: (after) => {
        // Its period has no row yet that it could see: it waits for this one's.
        second = withTransaction(own.pool, (other) =>
          closePeriodStep(other, own.rules, period, { limit: 1, after }),
        )
      },
    }),
  )
  expect(first).toMatchObject({ done: false, payers: 1, paid: 300_000_000n })
  expect(await second).toMatchObject({ payers: 1, paid: 300_000_000n })
  await closePeriod(own, period)

  await own.like(alice, await own.post(bob))
  await own.budget(alice, '0.3')
  const next = await endPeriod(own)
  let attempts = 0
  await withTransaction(own.pool, (tx, attempt) => {
    attempts = attempt
    return closePeriodStep(tx, own.rules, next, { after: attempt === 1 ? 1n : undefined })
  })
  expect(attempts).toBe(2)
  await closePeriod(own, next)
  expect((await own.wallet(bob)).pending).toBe(900_000_000n)
  await own.close()
})

test('a step that is prepared sooner than the one before it waits for its turn', async () => {
  const own = await openTown()
  const bob = await own.member()
  for (let i = 0; i < 3; i++) {
    const alice = await own.member()
    await own.like(alice, await own.post(bob))
    await own.budget(alice, '0.3')
  }
  const period = await endPeriod(own)
  let attempts = 0
  const [isThirdPrepared, thirdIsPrepared] = [Promise.withResolvers<bigint>(), Promise.withResolvers<void>()]
  const step = (options: StepOptions, before?: () => Promise<unknown>) =>
    withTransaction(own.pool, (tx) => {
      attempts++
      const slow = before ? actingBefore(tx, 'insert-closing-receipts', before) : tx
      return closePeriodStep(slow, own.rules, period, { limit: 1, ...options })
    })
  const planned = Promise.withResolvers<bigint>()
  const first = await step({ planned: planned.resolve })
  const secondAfter = await planned.promise
  const second = step({ after: secondAfter, planned: isThirdPrepared.resolve }, () => thirdIsPrepared.promise)
  const third = step({ after: await isThirdPrepared.promise, behind: secondAfter }, async () =>
    thirdIsPrepared.resolve(),
  )
  for (const one of [first, await second, await third])
    expect(one).toMatchObject({ payers: 1, paid: 300_000_000n })
  expect(attempts).toBe(3)
  await closePeriod(own, period)
  expect((await own.wallet(bob)).pending).toBe(900_000_000n)
  await own.close()
})

test('a member with more interactions than a step has room for is a step of their own', async () => {
  const [alice, carol, bob] = await Promise.all([town.member(), town.member(), town.member()])
  for (let i = 0; i < 7; i++) await town.like(carol!, await town.post(bob!))
  await town.like(alice!, await town.post(bob!))
  await Promise.all([alice, carol].map((id) => town.budget(id!, '0.0007')))
  const period = await endPeriod(town)
  expect(await closePeriod(town, period, { limit: 3 })).toMatchObject({ payers: 2, interactions: 8 })
  expect((await town.wallet(bob!)).pending).toBe(1_400_000n)
})

test('a period that is not over is not closed, nor one while an earlier one is being closed', async () => {
  const close = (period: bigint) =>
    withTransaction(town.pool, (tx) => closePeriodStep(tx, town.rules, period))
  await expect(close(20_000_000n)).rejects.toThrow('not over')
  await town.pool.query(`insert into periods (number, rule_version) values (0, 1)`)
  await expect(close(await endPeriod(town))).rejects.toThrow('earlier')
  await town.pool.query(`update periods set status = 'closed' where number = 0`)
})

test('an act whose closing credit of an earlier period stands has no second one', async () => {
  const [alice, bob] = [await town.member(), await town.member()]
  const post = await town.post(bob)
  await town.like(alice, post)
  await town.budget(alice, '0.1')
  await closePeriod(town, await endPeriod(town))
  // As a like has it that was taken back after it had cleared, and given again.
  await town.pool.query('update interactions set period = 20000 where actor_id = $1', [alice])
  await town.like(alice, await town.post(bob))
  await town.budget(alice, '0.4')
  expect(await closePeriod(town, await endPeriod(town))).toMatchObject({ payers: 1, interactions: 1 })
  expect(await receiptsOf(alice)).toMatchObject([
    { gross: 100_000_000n, total: 5n },
    { gross: 400_000_000n, total: 5n },
  ])
})

test('unlikes against the close at once: what an act got stands or came back, and nothing is in between', async () => {
  const bob = await town.member()
  const alice = await town.member()
  const posts = await Promise.all(Array.from({ length: 30 }, () => town.post(bob)))
  await Promise.all(posts.map((post) => town.like(alice, post)))
  await town.budget(alice, '1')
  const period = await endPeriod(town)
  await Promise.all([
    ...posts.slice(0, 15).map((post) => town.like(alice, post, false)),
    closePeriod(town, period),
    ...posts.slice(15).map((post) => town.like(alice, post, false)),
  ])
  const { budget } = await town.wallet(alice)
  const { pending } = await town.wallet(bob)
  expect(budget + pending).toBe(1_000_000_000n)
  const standing = (await receiptsOf(alice)) as { gross: bigint }[]
  expect(standing.reduce((sum, { gross }) => sum + gross, 0n)).toBe(pending)
})

test('after all of it the books balance', async () => {
  expect(await town.lawsHold()).toBe(true)
  expect(await periodsAreEmpty(town)).toBe(true)
})
