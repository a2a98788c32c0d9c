import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { amountOf, lastCheckpoint, type Transfer } from '@rivulet/ledger'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditBooks } from '../src/audit/audit.ts'
import { type BooksDeps, keepBooks } from '../src/books/keep-books.ts'

const DAY_MS = 86_400_000

let database: TestDatabase
let pool: Pool
let admin: Pool
let lines: { level: number; msg: string; [field: string]: unknown }[]
const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) })

beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  admin = createPool(database.adminUrl, { max: 1 })
  lines = []
  await withTransaction(pool, (tx) => ledgerOf(tx).open(['member:alice:available', 'member:bob:available']))
  await pool.query(
    `insert into chain_events (id, chain_id, tx_hash, log_index, block_number, kind, amount)
     values ($1, 1, '0x01', 0, 1, 'deposit', 100)`,
    [newId()],
  )
  await pay('chain:reserve', 'member:alice:available', 100n)
})
afterEach(async () => {
  await Promise.all([pool.end(), admin.end()])
  await database.close()
})

/** @returns the id of the transfer */
async function pay(debit: string, credit: string, nano: bigint, id = newId()): Promise<string> {
  const row: Transfer = { id, leg: 0, debit, credit, amount: amountOf(nano), code: 1 }
  expect(await withTransaction(pool, (tx) => ledgerOf(tx).post([row]))).toEqual(['ok'])
  return id
}
const tip = (nano: bigint, id?: string) => pay('member:alice:available', 'member:bob:available', nano, id)

/** What only somebody who owns the cluster can do. */
async function tamper(sql: string): Promise<void> {
  await admin.query('set session_replication_role = replica')
  await admin.query(sql)
  await admin.query('reset session_replication_role')
}

/** A worker's memory of its own, in a world where a day goes by. */
function worker(patienceMs = 60_000) {
  const deps: BooksDeps = { pool, clearingMaxAgeMs: 60_000, seen: {}, patienceMs }
  return {
    turn: () => keepBooks(deps, log),
    audit: () => auditBooks(deps, log),
    async aDayLater() {
      if (deps.seen.wholeAuditAt) deps.seen.wholeAuditAt -= DAY_MS
      await tamper(`update ledger.checkpoint set taken_at = taken_at - interval '1 day'`)
    },
  }
}
const audited = () => lines.filter(({ msg }) => msg === 'audited').map(({ from }) => from)

test('once a day the books are read from the beginning, and a checkpoint is taken', async () => {
  const { turn, audit, aDayLater } = worker()
  expect(await turn()).toBe('a checkpoint is taken')
  const first = await lastCheckpoint(pool)
  await tip(3n)
  expect(await turn()).toBe('nothing is due')
  expect(await worker().turn()).toBe('nothing is due')
  expect(await lastCheckpoint(pool)).toEqual(first)
  await aDayLater()
  expect(await turn()).toBe('a checkpoint is taken')
  expect((await lastCheckpoint(pool)).upto).toBe(first.upto + 1n)
  expect(audited()).toEqual(['beginning', 'beginning'])
  expect(await audit()).toBe('every law holds')
  expect(audited().at(-1)).toBe('checkpoint')
})

test('where nothing is posted for days, the books are still read from the beginning once a day', async () => {
  const { turn, aDayLater } = worker()
  await turn()
  for (const froms of [
    ['beginning', 'checkpoint'],
    ['beginning', 'checkpoint'],
  ]) {
    lines = []
    await aDayLater()
    expect(await turn()).toBe('nothing was posted since the last checkpoint')
    expect(await turn()).toBe('nothing was posted since the last checkpoint')
    expect(audited()).toEqual(froms)
  }
})

test('a checkpoint that has to wait is taken at a later turn, which reads only what came since', async () => {
  const { turn, aDayLater } = worker()
  await turn()
  await aDayLater()
  const hasty = worker(0)
  const waits = 'the checkpoint waits: a transaction is at work for long'
  await withTransaction(pool, async (slow) => {
    const row = { id: newId(), leg: 0, amount: amountOf(5n), code: 1 }
    const [debit, credit] = ['member:alice:available', 'member:bob:available']
    await ledgerOf(slow).post([{ ...row, debit, credit }])
    expect([await hasty.turn(), await hasty.turn()]).toEqual([waits, waits])
  })
  // Others write in the same cluster.
  let said = waits
  while (said === waits) said = await hasty.turn()
  expect(said).toBe('a checkpoint is taken')
  expect(audited().slice(1, 3)).toEqual(['beginning', 'checkpoint'])
  expect(audited().slice(3)).not.toContain('beginning')
})

test('books that are wrong get no checkpoint', async () => {
  const { turn } = worker()
  await tamper(`update ledger.account set balance = balance + 1 where ref = 'member:bob:available'`)
  await expect(turn()).rejects.toThrow('laws broken: no checkpoint')
  expect(await lastCheckpoint(pool)).toEqual({ upto: 0n })
  const { rows } = await pool.query('select scope, reason from halts')
  expect(rows).toEqual([{ scope: 'settlement', reason: 'broken law' }])
})

test('the past, altered by a superuser, is found within the day and not within the minute', async () => {
  const { turn, audit, aDayLater } = worker()
  const id = await tip(3n)
  await turn()
  const { upto } = await lastCheckpoint(pool)
  await tamper(`update ledger.transfer set amount = 2 where id = '${id}'`)
  expect(await audit()).toBe('every law holds')
  await tip(1n)
  await aDayLater()
  await expect(turn()).rejects.toThrow('4 laws broken: no checkpoint')
  expect((await lastCheckpoint(pool)).upto).toBe(upto)
  const laws = lines.filter(({ level }) => level === 60).map(({ law }) => String(law).split(' ')[0])
  expect(laws).toEqual([...Array(2).fill('balance_differs'), ...Array(2).fill('checkpoint_differs')])
})

test('a month that is missing is made, and one that lies in the default partition is told', async () => {
  const now = new Date()
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 3, 1))
  const name = `transfer_${month.toISOString().slice(0, 7).replace('-', '_')}`
  const drop = `alter table ledger.transfer detach partition ledger.${name}; drop table ledger.${name}`
  const { turn } = worker()
  const said = () => lines.filter(({ partition }) => partition === name).map(({ level }) => level)
  const [INFO, WARN] = [30, 40]
  await admin.query(drop)
  // Somebody's look at the default partition can put it off.
  while (said().length === 0) await turn()
  expect(said()).toEqual([INFO])
  await turn()
  expect(said()).toEqual([INFO])

  await admin.query(drop)
  const time = month.getTime().toString(16).padStart(12, '0')
  await tip(2n, `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`)
  await turn()
  expect(said()).toEqual([INFO, WARN])
  expect(await worker().audit()).toBe('every law holds')
})
