import { AccountIds, type Ledger, PostgresLedger } from '@rivulet/ledger'
import type pg from 'pg'
import type { Pool } from './pool.ts'
import type { Tx } from './transaction.ts'

const idsByDatabase = new Map<string, AccountIds>()

/** The book, inside a transaction: postings commit with it. Account ids are looked up once a process and database. */
export function ledgerOf(tx: Tx): Ledger {
  const { host, port, database } = tx as unknown as pg.Client
  return new PostgresLedger(tx, idsOf(`${host}:${port}/${database}`))
}

/** The book for reading, outside a transaction. Post inside one: see `ledgerOf`. */
export function readLedgerOf(pool: Pool): Pick<Ledger, 'balances' | 'statement'> {
  return new PostgresLedger(pool)
}

function idsOf(database: string): AccountIds {
  let ids = idsByDatabase.get(database)
  if (!ids) {
    ids = new AccountIds()
    idsByDatabase.set(database, ids)
  }
  return ids
}
