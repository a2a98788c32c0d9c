import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { act, ensureMember, rulesFrom, wallet } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { closePeriod, keepPeriods } from './close.ts'

const log = pino({ level: 'silent' })
const rules = rulesFrom({ PERIOD_SECONDS: '1', HOLD_SECONDS: '1', HOLD_YOUNG_SECONDS: '1' })

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let alice: string
let bob: string
let post: string
beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  const addresses = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`]
  const ids = await withTransaction(pool, (tx) => ensureMember(tx, addresses))
  ;[alice, bob] = addresses.map((address) => ids.get(address)!) as [string, string]
  post = newId()
  await pool.query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    post,
    bob,
  ])
})
afterEach(async () => {
  await pool.end()
  await database.close()
})

const like = () =>
  withTransaction(pool, (tx) => act(tx, rules, [{ actorId: alice, postId: post, kind: 'like', on: true }]))

const giveBudget = (nano: bigint, member = alice) =>
  withTransaction(pool, (tx) =>
    ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, amount: amountOf(nano), code: 1 },
        ...{ debit: 'chain:reserve', credit: `member:${member}:budget` },
      },
    ]),
  )

test("two workers close alice's period as soon as it is over, and clear what bob has from it after the hold", async () => {
  await like()
  await giveBudget(1_000_000n)
  while ((await wallet(pool, bob)).available === 0n)
    await Promise.all([keepPeriods({ pool, rules }, log), keepPeriods({ pool, rules }, log)])
  // 0.001 less 5 %, once.
  expect(await wallet(pool, bob)).toMatchObject({ pending: 0n, available: 950_000n, earnedTotal: 1_000_000n })
  expect((await wallet(pool, alice)).budget).toBe(0n)
})

test('a worker that was away for a million periods closes the one that was used and the empty ones in three', async () => {
  await like()
  await giveBudget(1_000_000n)
  const long = 1_000_000n
  const { rows } = await pool.query('update interactions set period = period - $1 returning period', [long])
  const used = rows[0].period as bigint
  await pool.query(`insert into periods (number, status, rule_version) values ($1, 'closed', 1)`, [
    used - long,
  ])
  await keepPeriods({ pool, rules }, log)

  const closed = (await pool.query('select number, status, payers from periods order by number')).rows
  expect(closed.slice(0, 3)).toEqual([
    { number: used - long, status: 'closed', payers: 0 },
    { number: used - 1n, status: 'closed', payers: 0 },
    { number: used, status: 'closed', payers: 1 },
  ])
  expect(closed.length).toBeLessThan(20)
  expect(closed.at(-1).number).toBeGreaterThan(used + long - 5n)
  expect((await wallet(pool, bob)).earnedTotal).toBe(1_000_000n)
})

test('two workers close a period in small steps while people spend what is left: each nano goes one way', async () => {
  const addresses = Array.from({ length: 40 }, (_, i) => `0x${String(1_000 + i).padStart(40, '0')}`)
  const ids = await withTransaction(pool, (tx) => ensureMember(tx, addresses))
  const people = addresses.map((address) => ids.get(address)!)
  const likes = (postId: string) =>
    people.map((actorId) => ({ actorId, postId, kind: 'like' as const, on: true }))
  await withTransaction(pool, (tx) => act(tx, rules, likes(post)))
  const { rows } = await pool.query('update interactions set period = period - 100 returning period')
  for (const id of people) await giveBudget(600_000n, id)

  const other = newId()
  await pool.query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    other,
    bob,
  ])
  const close = () => closePeriod({ pool, rules }, rows[0].period, { limit: 3 })
  const spend = likes(other).map((wish) => withTransaction(pool, (tx) => act(tx, rules, [wish])))
  const closed = await Promise.all([close(), close()])
  const spent = (await Promise.all(spend)).flat().filter((one) => one.ok && one.credited === 500_000n).length

  const paid = closed.reduce((sum, one) => sum + one.paid, 0n)
  expect(paid).toBe(40n * 600_000n - BigInt(spent) * 500_000n)
  expect(await wallet(pool, bob)).toMatchObject({ pending: 24_000_000n, earnedTotal: 24_000_000n })
  expect(await Promise.all(people.map(async (id) => (await wallet(pool, id)).budget))).toEqual(
    people.map(() => 0n),
  )
})
