import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  closePeriod,
  endPeriod,
  killedAtEach,
  periodHoldsWhatIsUndelivered,
  periodsAreEmpty,
} from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { clearPending } from '../clearing/clear-pending.ts'
import { closePeriodStep } from './close-period.ts'
import { isUndelivered, lastPostingId, postingIdOf } from './posting-ids.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const step = (period: bigint, limit = 1_000) =>
  withTransaction(town.pool, (tx) => closePeriodStep(tx, town.rules, period, { limit }))

const stateOf = async (period: bigint) =>
  (await town.pool.query('select status, split from periods where number = $1', [period])).rows[0]

const accountOf = async (period: bigint) =>
  (
    await town.pool.query(`select balance from ledger.account where ref = 'period:' || $1::text`, [
      `${period}`,
    ])
  ).rows[0]?.balance

/** Alice and carol have each liked a post of bob's and one of dave's, and have 0.6 each to give. */
async function evening() {
  const [alice, carol, bob, dave] = await Promise.all(Array.from({ length: 4 }, () => town.member()))
  const posts = [await town.post(bob!), await town.post(dave!)] as const
  for (const who of [alice!, carol!]) {
    for (const post of posts) await town.like(who, post)
    await town.budget(who, '0.6')
  }
  return { alice: alice!, carol: carol!, bob: bob!, dave: dave!, posts, period: await endPeriod(town) }
}

const earnedBy = async (post: string) =>
  (await town.pool.query('select earned from posts where id = $1', [post])).rows[0].earned

test('budgets are split first, and then each receiver has all of it in one transfer', async () => {
  const { bob, dave, posts, period } = await evening()
  expect(await step(period)).toMatchObject({ done: false, payers: 2, paid: 1_200_000_000n })
  expect(await stateOf(period)).toEqual({ status: 'closing', split: true })
  expect(await accountOf(period)).toBe(1_200_000_000n)
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  expect(await earnedBy(posts[0])).toBe(0n)

  expect(await step(period)).toMatchObject({ done: true, payers: 0, paid: 0n })
  expect(await stateOf(period)).toEqual({ status: 'closed', split: true })
  for (const who of [bob, dave])
    expect(await town.wallet(who)).toMatchObject({ pending: 600_000_000n, earnedTotal: 600_000_000n })
  expect(await earnedBy(posts[0])).toBe(600_000_000n)
  const { rows } = await town.pool.query(
    `select t.amount, count(*) as receipts, sum(r.gross)::bigint as gross from receipts r
       join ledger.transfer t on t.id = r.posting_id where r.receiver_id = $1 group by t.id, t.leg, t.amount`,
    [bob],
  )
  expect(rows).toEqual([{ amount: 600_000_000n, receipts: 2n, gross: 600_000_000n }])
  expect(await periodsAreEmpty(town)).toBe(true)
})

test('an unlike before the delivery takes the share back from the period, and nobody had earned it', async () => {
  const { alice, bob, dave, posts, period } = await evening()
  await step(period)
  await town.like(alice, posts[0], false)
  expect((await town.wallet(alice)).budget).toBe(300_000_000n)
  expect(await accountOf(period)).toBe(900_000_000n)
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  expect(await periodHoldsWhatIsUndelivered(town, period)).toBe(true)

  await closePeriod(town, period)
  expect(await town.wallet(bob)).toMatchObject({ pending: 300_000_000n, earnedTotal: 300_000_000n })
  expect(await earnedBy(posts[0])).toBe(300_000_000n)
  await town.like(alice, posts[1], false)
  expect(await town.wallet(dave)).toMatchObject({ pending: 300_000_000n, earnedTotal: 300_000_000n })
  expect((await town.wallet(alice)).budget).toBe(600_000_000n)
  expect(await earnedBy(posts[1])).toBe(300_000_000n)
})

test('what is not delivered does not clear, however late it is', async () => {
  const { bob, period } = await evening()
  await step(period)
  await town.pool.query('update receipts set clears_at = now() where receiver_id = $1', [bob])
  const clear = () => withTransaction(town.pool, (tx) => clearPending(tx, town.rules))
  await clear()
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, available: 0n })
  await closePeriod(town, period)
  await clear()
  // 0.6 less 5 %.
  expect((await town.wallet(bob)).available).toBe(570_000_000n)
})

test('killed at any statement of a delivery nothing of it is there, and the next one does it', async () => {
  const { bob, dave, period } = await evening()
  await step(period)
  const killed = await killedAtEach(town, period, async () => {
    expect(await accountOf(period)).toBe(1_200_000_000n)
    expect(await stateOf(period)).toEqual({ status: 'closing', split: true })
  })
  expect(killed).toBeGreaterThan(4)
  await closePeriod(town, period, { limit: 1 })
  for (const who of [bob, dave]) expect((await town.wallet(who)).pending).toBe(600_000_000n)
})

test('deliveries in two workers, unlikes and likes at once: nothing is lost or made', async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => town.member()))
  const authors = await Promise.all(Array.from({ length: 9 }, () => town.member()))
  const posts = await Promise.all(authors.map((author) => town.post(author)))
  for (const who of people) {
    for (const post of posts) await town.like(who, post)
    await town.budget(who, '0.9')
  }
  const period = await endPeriod(town)
  while (!(await stateOf(period))?.split) await step(period, 30)
  await Promise.all([
    closePeriod(town, period, { limit: 3 }),
    closePeriod(town, period, { limit: 3 }),
    ...people.map((who, i) => town.like(who, posts[i % 9]!, false)),
  ])
  expect(await periodsAreEmpty(town)).toBe(true)
  const budgets = await Promise.all(people.map(async (who) => (await town.wallet(who)).budget))
  // A ninth of 0.9 came back to each.
  expect(budgets).toEqual(people.map(() => 100_000_000n))
  const pendings = await Promise.all(authors.map(async (who) => (await town.wallet(who)).pending))
  // Of twelve likes one was taken back from six authors, and two from three.
  expect(pendings.toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 1_000_000_000n),
    ...Array.from({ length: 6 }, () => 1_100_000_000n),
  ])
  for (const [i, post] of posts.entries()) expect(await earnedBy(post)).toBe(pendings[i])
  const totals = await Promise.all(authors.map(async (who) => (await town.wallet(who)).earnedTotal))
  expect(totals).toEqual(pendings)
})

test('everybody names a delivery alike, and deliveries of a period are between its first and its last', () => {
  const first = '01a22140-1234-0000-0000-000000000000'
  const ids = ['alice', 'bob', 'carol'].map((who) => postingIdOf(first, 7n, who))
  expect(postingIdOf(ids[0]!, 7n, 'bob')).toBe(ids[1])
  expect(postingIdOf(first, 8n, 'bob')).not.toBe(ids[1])
  for (const id of ids) {
    expect(id).toMatch(/^01a22140-1234-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(isUndelivered(id, first)).toBe(true)
    expect(isUndelivered(id, id)).toBe(false)
    expect(isUndelivered(id, lastPostingId(first))).toBe(false)
  }
  // What was delivered step by step, before deliveries were, has ids of other moments.
  expect(isUndelivered('01a22140-9999-7000-8000-000000000000', first)).toBe(false)
})

test('after all of it the books balance', async () => {
  expect(await town.lawsHold()).toBe(true)
})
