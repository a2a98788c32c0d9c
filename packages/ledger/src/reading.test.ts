import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { monthFromNow } from '../test/months.ts'
import { RESERVE } from './account.ts'
import { audit } from './auditor.ts'
import { takeCheckpoint } from './checkpoint.ts'
import { extendPartitions } from './partitions.ts'
import { PostgresLedger } from './postgres-ledger.ts'

const CROWD = 2_000
const PARTITIONS = 26

// A book of many months in which a crowd paid one another, so that every account is in every month.
let database: TestDatabase
let owner: pg.Pool
let first: number
let month: string
beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner', 1)
  for (let busy = true; busy; )
    busy = (await extendPartitions(owner, { monthsAhead: PARTITIONS - 2 })).busy.length > 0
  await owner.query(
    `insert into ledger.account (ref) select 'crowd:' || n from generate_series(0, $1::int - 1) n`,
    [CROWD],
  )
  first = (await owner.query(`select min(id)::int as id from ledger.account where ref like 'crowd:%'`))
    .rows[0].id
  await pay(CROWD, `(select id from ledger.account where ref = '${RESERVE}')`)
  await pay(60_000)
  for (let n = 1; n < PARTITIONS - 1; n++) await pay(CROWD, undefined, monthFromNow(n).first)
  await owner.query('vacuum analyze')
  month = monthFromNow(0).name
})
afterAll(() => database.close())

/** Everybody in the crowd pays the next one in turn. */
async function pay(transfers: number, debit = `$1 + n % ${CROWD}`, at?: Date): Promise<void> {
  const time = at?.getTime().toString(16).padStart(12, '0')
  const id = at ? `('${time}' || '70008000' || lpad(to_hex(n), 12, '0'))::uuid` : 'uuidv7()'
  await owner.query(
    `insert into ledger.transfer (id, leg, debit, credit, amount, code)
     select ${id}, 0, ${debit}, $1 + (n + 1) % ${CROWD}, 1, 1 from generate_series(1, $2::int) n`,
    [first, transfers],
  )
}

/** What a session of its own reads from transfers: rows, and scans of whole tables. */
async function readingOf(work: (client: pg.PoolClient) => Promise<unknown>) {
  const client = await database.pool('app', 1).connect()
  try {
    await client.query('begin')
    await work(client)
    const { rows } = await client.query(
      `select sum(seq_tup_read + idx_tup_fetch)::int as tuples, sum(seq_scan)::int as seq_scans
       from pg_stat_xact_user_tables where relname like 'transfer%'`,
    )
    await client.query('commit')
    await client.query('select pg_stat_force_next_flush()')
    return rows[0]
  } finally {
    client.release()
  }
}

async function indexesUsed(): Promise<Record<string, number>> {
  const { rows } = await owner.query(
    `select replace(indexrelname, $1 || '_', '') as name, idx_scan::int as scans
     from pg_stat_user_indexes where relname = $1`,
    [month],
  )
  return Object.fromEntries(rows.map(({ name, scans }) => [name, scans]))
}

test('after a checkpoint the book is read from there on, by the index on seq and not through all accounts', async () => {
  const taken = await takeCheckpoint(owner, { patienceMs: 60_000 })
  expect(taken).toMatchObject({ outcome: 'taken', transfers: BigInt(60_000 + PARTITIONS * CROWD - CROWD) })
  await pay(100)
  const before = await indexesUsed()
  const { tuples } = await readingOf(async (client) => {
    expect(await audit(client, { from: 'checkpoint' })).toMatchObject({ ok: true, transfers: 100n })
  })
  const after = await indexesUsed()
  expect(after.seq_idx).toBeGreaterThan(before.seq_idx!)
  expect([after.debit_seq_idx, after.credit_seq_idx]).toEqual([before.debit_seq_idx, before.credit_seq_idx])
  // The index tells ranges of 128 pages apart, some ten thousand rows: of one such range all are looked at.
  expect(tuples).toBeGreaterThanOrEqual(100)
  expect(tuples).toBeLessThan(15_000)
})

test('a page of a statement reads a page of each partition, however much there is', async () => {
  const accounts = ['crowd:1', 'crowd:77', 'crowd:1999']
  const { tuples, seq_scans } = await readingOf(async (client) => {
    const ledger = new PostgresLedger(client)
    const page = await ledger.statement({ accounts, limit: 10 })
    expect(page.entries.map(({ amount }) => amount)).toHaveLength(10)
    const next = await ledger.statement({ accounts, limit: 10, cursor: page.next })
    expect(next.entries[0]!.seq).toBeLessThanOrEqual(page.entries.at(-1)!.seq)
  })
  expect(seq_scans).toBe(0)
  // Two pages; of each account and side no more than a page and one row from each partition.
  expect(tuples).toBeLessThan(2 * accounts.length * 2 * (11 + PARTITIONS))
})
