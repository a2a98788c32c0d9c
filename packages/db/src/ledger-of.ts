import { type AccountId, AccountIds, type Ledger, PostgresLedger } from '@rivulet/ledger'
import type pg from 'pg'
import type { Pool } from './pool.ts'
import type { Tx } from './transaction.ts'

const idsByDatabase = new Map<string, AccountIds>()

/** The book, inside a transaction: postings commit with it. Account ids are looked up once a process and database. */
export function ledgerOf(tx: Tx): Ledger {
  return new PostgresLedger(tx, idsOf(nameOf(tx)))
}

/** The ids in the books of those of these accounts that are open, looked up once a process and database. */
export function accountIds(tx: Tx, refs: Iterable<string>): Promise<Map<string, AccountId>> {
  return idsOf(nameOf(tx)).resolve(tx, refs)
}

function nameOf(tx: Tx): string {
  const { host, port, database } = tx as unknown as pg.Client
  return `${host}:${port}/${database}`
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
