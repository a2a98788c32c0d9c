import { createPool, newId, type Pool } from '@rivulet/db'
import { AccountIds, amountOf, PostgresLedger, RESERVE, type Transfer } from '@rivulet/ledger'
import { onConnection } from '@rivulet/stack'
import type { BenchArguments } from '../harness/arguments.ts'
import type { BenchDatabase } from '../harness/database.ts'
import { BASELINES } from './baselines.ts'

/** Nano that every account begins with, and that one transfer moves: nobody runs dry. */
export const ENDOWMENT = 100_000_000_000_000n
export const AMOUNT = 500_000n

const BATCH = 500

/** What the cells of a round share. */
export interface Scene {
  database: BenchDatabase
  pool: Pool
  ids: AccountIds
  /** Refs of the accounts, the hot one last. */
  refs: string[]
  /** Transfers before the round, and how many each book acknowledged in it. */
  seeded: number
  acknowledged: { ledger: number; plain: number; naive: number }
}

/** Accounts that are paid from and to, without the hot one. */
const accountsOf = ({ quick }: BenchArguments) => (quick ? 200 : 10_000)

const refOf = (n: number) => `bench:${String(n).padStart(6, '0')}`

/** The books as every round finds them: accounts with money in them, the same in the naive book. */
export async function seed(template: BenchDatabase, arguments_: BenchArguments): Promise<void> {
  await onConnection(template.adminUrl, (client) => client.query(BASELINES))
  const pool = createPool(template.url, { max: 1 })
  try {
    const ledger = new PostgresLedger(pool)
    const refs = Array.from({ length: accountsOf(arguments_) + 1 }, (_, n) => refOf(n))
    await ledger.open([RESERVE, ...refs])
    for (let at = 0; at < refs.length; at += BATCH) {
      await ledger.post(refs.slice(at, at + BATCH).map((ref) => endow(ref)))
    }
    await pool.query('insert into naive.account select n, $1 from generate_series(1, $2::bigint) n', [
      ENDOWMENT,
      refs.length,
    ])
  } finally {
    await pool.end()
  }
}

function endow(ref: string): Transfer {
  return { id: newId(), leg: 0, debit: RESERVE, credit: ref, amount: amountOf(ENDOWMENT), code: 0 }
}

export async function open(database: BenchDatabase, arguments_: BenchArguments): Promise<Scene> {
  const pool = createPool(database.url)
  const refs = Array.from({ length: accountsOf(arguments_) + 1 }, (_, n) => refOf(n))
  const ids = new AccountIds()
  // An application that has run for a while knows its accounts.
  await ids.resolve(pool, refs)
  return { database, pool, ids, refs, seeded: refs.length, acknowledged: { ledger: 0, plain: 0, naive: 0 } }
}

export async function close({ pool }: Scene): Promise<void> {
  await pool.end()
}

/** A transfer of somebody's to the hot account, or to somebody else. */
export function drawTransfer(refs: readonly string[], to: 'hot' | 'uniform'): Transfer {
  const others = refs.length - 1
  const payer = Math.floor(Math.random() * others)
  let payee = others
  if (to === 'uniform') payee = (payer + 1 + Math.floor(Math.random() * (others - 1))) % others
  return {
    id: newId(),
    leg: 0,
    debit: refs[payer]!,
    credit: refs[payee]!,
    amount: amountOf(AMOUNT),
    code: 1,
  }
}
