import { createPool, type Pool } from '@rivulet/db'
import { memberRefs, memberStatement } from '@rivulet/economy'
import { audit as auditLedger, type StatementCursor } from '@rivulet/ledger'
import type { BenchArguments } from '../harness/arguments.ts'
import type { Cell } from '../harness/bench.ts'
import type { BenchDatabase } from '../harness/database.ts'
import { percentile } from '../harness/statistics.ts'
import { ALICE, creditsOf } from './history.ts'

/** What the cells of a round share. */
export interface Scene {
  pool: Pool
  /** Ends of pages far apart, down to the beginning: the newest first. */
  deep: StatementCursor[]
  entries: number
}

const PAGES = 20

export async function open(database: BenchDatabase, arguments_: BenchArguments): Promise<Scene> {
  const pool = createPool(database.url, { max: 1 })
  return { pool, ...(await walk(pool, arguments_)) }
}

export async function close({ pool }: Scene): Promise<void> {
  await pool.end()
}

/**
 * Walks the whole statement, in a few very long pages, and keeps where they end.
 * @throws Error when it does not lead from what alice has down to nothing, entry by entry
 */
async function walk(pool: Pool, arguments_: BenchArguments): Promise<Pick<Scene, 'deep' | 'entries'>> {
  const deep: StatementCursor[] = []
  const left = await balancesOf(pool)
  let entries = 0
  for (let cursor: StatementCursor | undefined; ; ) {
    const page = await memberStatement(pool, ALICE, { limit: creditsOf(arguments_) / PAGES, cursor })
    for (const { accountRef, amount, balanceAfter } of page.entries) {
      if (left.get(accountRef) !== balanceAfter) throw new Error(`the statement of ${accountRef} has a gap`)
      left.set(accountRef, balanceAfter - amount)
    }
    entries += page.entries.length
    cursor = page.next
    if (!cursor) break
    deep.push(cursor)
  }
  const rest = [...left].filter(([, balance]) => balance !== 0n)
  if (rest.length > 0) throw new Error(`the statement does not begin at nothing: ${rest}`)
  return { deep, entries }
}

async function balancesOf(pool: Pool): Promise<Map<string, bigint>> {
  const { rows } = await pool.query<{ ref: string; balance: bigint }>(
    'select ref, balance from ledger.account where ref = any ($1)',
    [memberRefs(ALICE)],
  )
  return new Map(rows.map(({ ref, balance }) => [ref, balance]))
}

/** Reads pages of twenty, one after another. */
function pageCell(name: string, cursorOf: (scene: Scene) => StatementCursor | undefined): Cell<Scene> {
  return {
    name,
    async measure(scene, { seconds }) {
      const latencies = await timed(seconds, async () => {
        const page = await memberStatement(scene.pool, ALICE, { limit: 20, cursor: cursorOf(scene) })
        if (page.entries.length !== 20) throw new Error(`a page of ${page.entries.length} entries`)
      })
      return {
        perSecond: latencies.length / seconds,
        latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
        note: `${latencies.length} pages`,
      }
    },
  }
}

/** Latencies of calls made one after another, in milliseconds. */
export async function timed(seconds: number, call: () => Promise<void>): Promise<number[]> {
  const begin = performance.now() + seconds * 100
  const end = begin + seconds * 1000
  const latencies: number[] = []
  for (let asked = performance.now(); asked < end; asked = performance.now()) {
    await call()
    if (asked >= begin) latencies.push(performance.now() - asked)
  }
  return latencies
}

export const newest = pageCell('statement, the newest page', () => undefined)
export const deep = pageCell('statement, a page from far down', ({ deep }) =>
  deep.at(Math.floor(Math.random() * (deep.length - 1))),
)

/** The walk at the beginning has read every entry; here the laws, and that nothing is missing. */
export async function audit({ pool, entries }: Scene): Promise<string> {
  const report = await auditLedger(pool)
  if (!report.ok) throw new Error(`the ledger's laws: ${report.violations.map(({ law }) => law).join(', ')}`)
  const { rows } = await pool.query<{ legs: bigint }>(
    'select sum(version)::bigint as legs from ledger.account where ref = any ($1)',
    [memberRefs(ALICE)],
  )
  if (rows[0]!.legs !== BigInt(entries))
    throw new Error(`${rows[0]!.legs} entries were posted, ${entries} read`)
  return `exact: ${entries} entries of ${report.transfers} transfers lead down to nothing, every law holds`
}
