import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { RESERVE } from './account.ts'
import { audit } from './auditor.ts'
import { PostgresLedger } from './postgres-ledger.ts'

let database: TestDatabase
let owner: ReturnType<TestDatabase['pool']>
let app: ReturnType<TestDatabase['pool']>
let story: Story

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  app = database.pool('app')
})
afterAll(() => database.close())
beforeEach(async () => {
  story = await Story.of(new PostgresLedger(app), { alice: 100, bob: 0 })
})

/** What only somebody who owns the whole cluster can do: write past the triggers. Undone after the audit. */
async function auditAfterTampering(sql: string, values: unknown[] = []) {
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    await client.query(sql, values)
    return await audit(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test('a book that was only posted to is right, and the auditor says how much it read', async () => {
  const before = await audit(app)
  expect(before.ok).toBe(true)
  await story.post(['alice', 'bob', 30], ['bob', 'alice', 10])
  const after = await audit(app)
  expect(after).toMatchObject({ ok: true, violations: [], clearing: [] })
  expect(after.transfers - before.transfers).toBe(2n)
  expect(after.checkedAt.getTime()).toBeGreaterThan(before.checkedAt.getTime())
})

test('an empty book is right', async () => {
  const client = await owner.connect()
  await client.query('begin')
  await client.query('set local session_replication_role = replica')
  await client.query('delete from ledger.transfer')
  await client.query('delete from ledger.account')
  expect(await audit(client)).toMatchObject({ ok: true, accounts: 0n, transfers: 0n })
  await client.query('rollback')
  client.release()
})

test('money written into an account is found, by its sum and by its history', async () => {
  const report = await auditAfterTampering('update ledger.account set balance = 101 where ref = $1', [
    story.ref('alice'),
  ])
  expect(report.ok).toBe(false)
  expect(report.violations).toEqual([
    { law: 'balance_differs', ref: story.ref('alice'), expected: 100n, found: 101n },
    { law: 'sum_not_zero', expected: 0n, found: 1n },
  ])
})

test('money moved between two accounts by hand is found though the sum is right', async () => {
  const report = await auditAfterTampering(
    'update ledger.account set balance = case ref when $1 then 99 else 1 end where ref in ($1, $2)',
    [story.ref('alice'), story.ref('bob')],
  )
  expect(report.violations.map(({ law, ref }) => [law, ref])).toEqual([
    ['balance_differs', story.ref('alice')],
    ['balance_differs', story.ref('bob')],
  ])
})

test('a transfer removed with its balances put right is found by the count of legs', async () => {
  await story.post(['alice', 'bob', 30])
  const report = await auditAfterTampering(
    `with gone as (delete from ledger.transfer t using ledger.account a
       where a.ref = '${story.ref('bob')}' and t.credit = a.id returning t.debit, t.credit)
     update ledger.account a set balance = case when a.id = gone.debit then 100 else 0 end
     from gone where a.id in (gone.debit, gone.credit)`,
  )
  expect(report.violations).toEqual([
    { law: 'version_differs', ref: story.ref('alice'), expected: 1n, found: 2n },
    { law: 'version_differs', ref: story.ref('bob'), expected: 0n, found: 1n },
  ])
})

test('a transfer of nobody’s is found', async () => {
  const report = await auditAfterTampering(
    `insert into ledger.transfer (id, leg, debit, credit, amount, code) values (uuidv7(), 0, -7, -8, 5, 1)`,
  )
  expect(report.violations).toEqual([
    { law: 'unknown_account', ref: '-7', expected: 0n, found: 1n },
    { law: 'unknown_account', ref: '-8', expected: 0n, found: 1n },
  ])
})

test('an account below its floor is found', async () => {
  const client = await owner.connect()
  await client.query('begin')
  // Not even a superuser gets past a check without dropping it.
  await client.query('alter table ledger.account drop constraint balance_not_below_floor')
  await client.query(
    `insert into ledger.transfer (id, leg, debit, credit, amount, code)
     select uuidv7(), 0, b.id, a.id, 5, 1 from ledger.account a, ledger.account b where a.ref = $1 and b.ref = $2`,
    [story.ref('alice'), story.ref('bob')],
  )
  expect((await audit(client)).violations).toEqual([
    { law: 'below_floor', ref: story.ref('bob'), expected: 0n, found: -5n },
  ])
  await client.query('rollback')
  client.release()
})

/** Until the database's clock has gone on by more than the rounding of a date. */
async function tick(): Promise<void> {
  const now = async () =>
    Number((await owner.query('select extract(epoch from clock_timestamp()) as t')).rows[0].t)
  const before = await now()
  while ((await now()) < before + 0.01);
}

test('a clearing account is told by its age since it was last empty, and is a violation beyond its limit', async () => {
  const ledger = new PostgresLedger(app)
  const period = story.ref('period:7')
  await ledger.open([period])
  await ledger.post([story.row('alice', 'period:7', 30)])
  await ledger.post([story.row('period:7', 'bob', 30)])
  const limit = (maxAgeMs: number) => ({ clearing: [{ prefix: 'period:7', maxAgeMs }] })
  expect((await audit(app, limit(0))).clearing).toEqual([])

  await tick()
  const again = await ledger.post([story.row('alice', 'period:7', 20)])
  expect(again).toEqual(['ok'])
  await ledger.post([story.row('period:7', 'bob', 15)])
  const patient = await audit(app, limit(3_600_000))
  expect(patient.ok).toBe(true)
  expect(patient.clearing).toMatchObject([{ ref: period, balance: 5n }])
  // The work began with the 20, not with the 15 and not with the 30 before it was empty.
  const { entries } = await ledger.statement({ accounts: [period], limit: 4 })
  expect(entries.map(({ amount }) => amount)).toEqual([-15n, 20n, -30n, 30n])
  const since = patient.checkedAt.getTime() - entries[1]!.postedAt.getTime()
  expect(Math.abs(patient.clearing[0]!.ageMs - since)).toBeLessThan(2)
  expect(entries[1]!.postedAt.getTime() - entries[2]!.postedAt.getTime()).toBeGreaterThan(2)

  const strict = await audit(app, limit(0))
  expect(strict.violations).toEqual([{ law: 'clearing_overdue', ref: period, expected: 0n, found: 5n }])
})

test('what is posted during an audit does not disturb it', async () => {
  const ledger = new PostgresLedger(app)
  let auditing = true
  const posting = (async () => {
    while (auditing) await ledger.post([story.row(RESERVE, 'alice', 3), story.row('alice', 'bob', 2)])
  })()
  for (let round = 0; round < 20; round++) expect((await audit(owner)).violations).toEqual([])
  auditing = false
  await posting
})
