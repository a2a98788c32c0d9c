import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { knownMigrations, migrate, migrationsDir } from '@rivulet/db/migrate'
import { amountOf, audit, PostgresLedger, type Transfer } from '@rivulet/ledger'
import { onConnection, type TestDatabase, temporaryFolder, testDatabase, withDatabase } from '@rivulet/stack'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A network that ran before its transfers lay in months: all of them are in the default partition.
const GROWTH = '20261128000000_ledger_growth'

let beside: TestDatabase
let name: string
let pool: pg.Pool
beforeAll(async () => {
  beside = await testDatabase()
  name = `test_${randomBytes(8).toString('hex')}`
  await onConnection(beside.adminUrl, (client) => client.query(`create database ${name}`))
  pool = new pg.Pool({ connectionString: withDatabase(beside.adminUrl, name) })
  // A pool that has ended says so before its connections are closed, and the database is dropped under them.
  pool.on('error', () => {})
})
afterAll(async () => {
  await pool.end()
  await onConnection(beside.adminUrl, (client) => client.query(`drop database ${name} with (force)`))
  await beside.close()
})

/** The id of an event of a moment. */
function idAt(moment: string, n: number): string {
  const time = Date.parse(moment).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`
}

test('a network of three months is moved into its months, and nobody’s money or statement moves', async () => {
  const older = temporaryFolder('older-migrations')
  for (const migration of knownMigrations().filter((name) => name < GROWTH))
    cpSync(join(migrationsDir, migration), join(older, migration), { recursive: true })
  const url = withDatabase(beside.adminUrl, name)
  await migrate(url, { dir: older })

  const ledger = new PostgresLedger(pool)
  await ledger.open(['chain:reserve', 'member:alice', 'member:bob'])
  const moments = [
    '2026-10-31T23:59:59.999Z', // the last moment of its month
    '2026-11-01T00:00:00.000Z', // the first
    '2026-09-15T12:00:00.000Z',
    '1970-01-01T00:00:00.000Z', // of no month anybody would make
    '2026-11-20T08:00:00.000Z',
    '2026-09-30T22:30:00.000Z',
  ]
  const rows = moments.map(
    (moment, n): Transfer => ({
      ...{ id: idAt(moment, n), leg: n, code: 1 },
      debit: n === 0 ? 'chain:reserve' : n % 2 ? 'member:alice' : 'member:bob',
      credit: n % 2 ? 'member:bob' : 'member:alice',
      amount: amountOf(BigInt([1_000, 300, 40, 7, 20, 1][n]!)),
    }),
  )
  for (const row of rows) expect(await ledger.post([row])).toEqual(['ok'])
  const read = async () => ({
    transfers: (await pool.query('select * from ledger.transfer order by seq')).rows,
    accounts: (await pool.query('select * from ledger.account order by id')).rows,
  })
  const before = await read()
  expect(before.transfers).toHaveLength(6)

  const { applied } = await migrate(url)
  expect(applied).toContain(GROWTH)
  // Columns may have come; what was there is as it was.
  const after = await read()
  expect(after).toMatchObject(before)
  expect(after.transfers).toHaveLength(before.transfers.length)
  const { entries } = await ledger.statement({ accounts: ['member:bob'], limit: 100 })
  expect(entries.map(({ amount, balanceAfter }) => [amount, balanceAfter])).toEqual([
    [1n, 248n],
    [-20n, 247n],
    [7n, 267n],
    [-40n, 260n],
    [300n, 300n],
  ])
  const { rows: places } = await pool.query(
    'select tableoid::regclass::text as at from ledger.transfer order by seq',
  )
  expect(places.map(({ at }) => at.replace('ledger.transfer_', ''))).toEqual([
    ...['2026_10', '2026_11', '2026_09', 'default', '2026_11', '2026_09'],
  ])
  expect(await audit(pool)).toMatchObject({ ok: true, transfers: 6n })

  // Each of them is known by its id still, and the book goes on where it was.
  expect(await ledger.post(rows)).toEqual(Array(6).fill('exists'))
  const next = { ...rows[1]!, id: idAt('2026-09-01T00:00:00.000Z', 9) }
  expect(await ledger.post([next])).toEqual(['ok'])
  const { rows: drawn } = await pool.query('select max(seq)::int as last from ledger.transfer')
  expect(drawn[0].last).toBeGreaterThan(Number(before.transfers.at(-1).seq))

  for (const table of ['transfer', 'transfer_default', 'transfer_2026_09', 'transfer_2026_11']) {
    const refused = pool.query(`update ledger.${table} set amount = 1`)
    await expect(refused).rejects.toThrow('transfers are append-only')
  }
  const asApp = 'set local role rivulet_app; select from ledger.transfer_2026_09'
  await expect(pool.query(asApp)).rejects.toThrow('permission denied')
})
