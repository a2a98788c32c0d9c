import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { RESERVE } from './account.ts'
import { type AuditOptions, audit } from './auditor.ts'
import { takeCheckpoint } from './checkpoint.ts'
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
async function auditAfterTampering(sql: string, values: unknown[] = [], options: AuditOptions = {}) {
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    await client.query(sql, values)
    return await audit(client, options)
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

describe('from a checkpoint', () => {
  const from = { from: 'checkpoint' } as const
  let upto: bigint
  /** Alice holds 70 and bob 30 at the checkpoint; afterwards bob pays 10 back. */
  beforeEach(async () => {
    await story.post(['alice', 'bob', 30])
    const taken = await takeCheckpoint(app, { patienceMs: 60_000 })
    expect(taken.outcome).toBe('taken')
    upto = taken.upto
    await story.post(['bob', 'alice', 10])
  })
  const lawsOf = async (sql: string, options: AuditOptions = from) => {
    const { violations } = await auditAfterTampering(sql, [], options)
    return violations.map(({ law, ref, expected, found }) => [law, ref, expected, found])
  }
  const id = (name: string) => `(select id from ledger.account where ref = '${story.ref(name)}')`

  test('only what was posted after it is read, and the rest is taken from it', async () => {
    const report = await audit(app, from)
    expect(report).toMatchObject({ ok: true, violations: [], from: upto, transfers: 1n })
    const whole = await audit(app)
    expect(whole).toMatchObject({ ok: true, violations: [], from: 0n })
    expect(whole.transfers).toBeGreaterThan(2n)
    expect(report.accounts).toBe(whole.accounts)
  })

  test('money written into an account is found', async () => {
    const written = `update ledger.account set balance = 81 where ref = '${story.ref('alice')}'`
    expect(await lawsOf(written)).toEqual([
      ['balance_differs', story.ref('alice'), 80n, 81n],
      ['sum_not_zero', undefined, 0n, 1n],
    ])
  })

  test('a transfer written by hand, one removed, one of nobody’s and one altered after it are found', async () => {
    const [alice, bob] = ['alice', 'bob'].map(story.ref)
    const insert = 'insert into ledger.transfer (id, leg, debit, credit, amount, code) values (uuidv7(), 0, '
    expect(await lawsOf(`${insert} ${id('alice')}, ${id('bob')}, 5, 1)`)).toEqual([
      ['balance_differs', alice, 75n, 80n],
      ['balance_differs', bob, 25n, 20n],
      ['version_differs', alice, 4n, 3n],
      ['version_differs', bob, 3n, 2n],
    ])
    expect(await lawsOf(`delete from ledger.transfer where seq > ${upto}`)).toEqual([
      ['balance_differs', alice, 70n, 80n],
      ['balance_differs', bob, 30n, 20n],
      ['version_differs', alice, 2n, 3n],
      ['version_differs', bob, 1n, 2n],
    ])
    expect(await lawsOf(`update ledger.transfer set amount = 11 where seq > ${upto}`)).toEqual([
      ['balance_differs', alice, 81n, 80n],
      ['balance_differs', bob, 19n, 20n],
    ])
    expect(await lawsOf(`${insert} -7, -8, 5, 1)`)).toEqual([
      ['unknown_account', '-7', 0n, 1n],
      ['unknown_account', '-8', 0n, 1n],
    ])
  })

  test('a transfer altered before it is not read: the audit from the beginning finds it', async () => {
    const [alice, bob] = ['alice', 'bob'].map(story.ref)
    const altered = `update ledger.transfer set amount = 31 where seq = ${upto}`
    expect(await lawsOf(altered)).toEqual([])
    expect(await lawsOf(altered, { from: 'beginning' })).toEqual([
      ['balance_differs', alice, 79n, 80n],
      ['balance_differs', bob, 21n, 20n],
      ['checkpoint_differs', alice, 69n, 70n],
      ['checkpoint_differs', bob, 31n, 30n],
    ])
  })

  test('a checkpoint altered together with the balances is found from the beginning', async () => {
    const bob = story.ref('bob')
    const both = `with state as (update ledger.checkpoint_balance set balance = balance + 5 where account = ${id('bob')})
      update ledger.account set balance = balance + 5 where ref = '${bob}'`
    expect(await lawsOf(both)).toEqual([['sum_not_zero', undefined, 0n, 5n]])
    expect(await lawsOf(both, { from: 'beginning' })).toEqual([
      ['balance_differs', bob, 20n, 25n],
      ['checkpoint_differs', bob, 30n, 35n],
      ['sum_not_zero', undefined, 0n, 5n],
    ])
  })

  test('a checkpoint altered by itself, and states it never had, are found either way', async () => {
    const bob = story.ref('bob')
    const moved = `update ledger.checkpoint_balance set balance = 31 where account = ${id('bob')}`
    expect(await lawsOf(moved)).toEqual([['balance_differs', bob, 21n, 20n]])
    expect(await lawsOf(moved, { from: 'beginning' })).toEqual([['checkpoint_differs', bob, 30n, 31n]])
    const counted = `update ledger.checkpoint_balance set version = 7 where account = ${id('bob')}`
    expect(await lawsOf(counted, { from: 'beginning' })).toEqual([['checkpoint_differs', bob, 1n, 7n]])
    const invented = `insert into ledger.checkpoint_balance values (-7, ${upto}, 5, 1)`
    expect(await lawsOf(invented)).toEqual([['unknown_account', '-7', 0n, 1n]])
    expect(await lawsOf(invented, { from: 'beginning' })).toEqual([['checkpoint_differs', '-7', 0n, 5n]])
    const gone = `delete from ledger.checkpoint_balance where account = ${id('bob')}`
    expect(await lawsOf(gone, { from: 'beginning' })).toEqual([['checkpoint_differs', bob, 30n, 0n]])
    const later = `insert into ledger.checkpoint values (${upto + 1n}, 1)`
    expect((await lawsOf(later)).map(([law]) => law)).toContain('balance_differs')
    expect((await lawsOf(later, { from: 'beginning' })).map(([law]) => law)).toContain('checkpoint_differs')
  })

  test('a clearing account is told by its age as from the beginning', async () => {
    const ledger = new PostgresLedger(app)
    await ledger.open([story.ref('settling:4')])
    await ledger.post([story.row('alice', 'settling:4', 30)])
    const rule = { clearing: [{ prefix: story.ref('settling:4'), maxAgeMs: 0 }] }
    expect((await audit(app, { ...rule, ...from })).violations).toEqual((await audit(app, rule)).violations)
    await takeCheckpoint(app, { patienceMs: 60_000 })
    const { violations } = await audit(app, { ...rule, ...from })
    expect(violations).toEqual([
      { law: 'clearing_overdue', ref: story.ref('settling:4'), expected: 0n, found: 30n },
    ])
  })
})
