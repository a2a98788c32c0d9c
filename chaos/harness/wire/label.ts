import { callOfRaw } from '../rpc/label.ts'
import type { Unit } from './messages.ts'

const WRITE =
  /(?<!\bfor |\bkey |\bdo )\b(insert into|update|delete from)\s+(?:only\s+)?"?([a-z_]+(?:\.[a-z_]+)?)"?/g
const LEDGER = /\bledger\.(post|open)\w*\s*\(/g
const STATUS = /\bset status = '(\w+)'/
const STATE = /\b(requested|held|settling|submitted|confirmed|owed|cancelled|refunded)\b/
const PURPOSE = /\bepoch:\d+(?:\/\d+)?:(commit|activate|batch)/
const KIND = /\b(deposit|batch|owed_claim|claim|exit|surplus_withdrawal|surplus)\b/
const RAW = /0x02[0-9a-f]+/

/** What a unit writes, as `insert chain_attempts batch`; empty when it only reads. */
export function writesOf({ sql, bound }: Unit): string[] {
  const lower = sql.toLowerCase()
  const tables = [...lower.matchAll(WRITE)].map(([, verb, table]) =>
    [verb!.split(' ')[0], table, detailOf(table!, lower, bound)].filter(Boolean).join(' '),
  )
  const ledger = [...lower.matchAll(LEDGER)].map(([, verb]) => `ledger.${verb}`)
  return [...new Set([...tables, ...ledger])]
}

function detailOf(table: string, sql: string, bound: string): string | undefined {
  const status = STATUS.exec(sql)?.[1]
  if (status) return status
  if (table === 'chain_transactions') return PURPOSE.exec(bound)?.[1]
  if (table === 'chain_attempts') return callOfRaw(RAW.exec(bound)?.[0] ?? '')
  if (table === 'chain_events') return KIND.exec(bound)?.[1]
  if (table.startsWith('withdrawal')) return STATE.exec(bound)?.[1]
  return undefined
}

/**
 * What a transaction is known by when it has one of these, whatever else it writes: an epoch with and without payouts, a
 * range of blocks with this or that in it, are one point each. The first that is there counts.
 */
const KNOWN_BY = [
  'insert epochs',
  'insert discarded_epochs',
  'insert halts',
  ...['claim', 'batch', 'deposit'].map((kind) => `insert chain_events ${kind}`),
  'update epochs',
]
/** What is written beside everything, sometimes. */
const BESIDE =
  /^(ledger\.|insert notifications|insert withdrawal_transitions|\w+ seen_deposits|insert ledger)/

/** The name of a transaction that writes this; undefined for nothing. */
export function nameOfCommit(writes: readonly string[]): string | undefined {
  if (writes.length === 0) return undefined
  const known = KNOWN_BY.find((one) => writes.some((write) => write.startsWith(one)))
  const told = [...new Set(writes)].filter((write) => !BESIDE.test(write))
  return `commit of ${known ?? (told.length > 0 ? told : writes).join(', ')}`
}

/** Follows a connection's transactions, and names what becomes lasting. */
export class Transactions {
  #open = false
  #writes: string[] = []

  /** @returns the name of what is kept once the server has this unit; undefined when nothing is */
  take(unit: Unit): string | undefined {
    const sql = unit.sql.trim().toLowerCase()
    if (/^(begin|start transaction)/.test(sql)) {
      this.#open = true
      this.#writes = []
      return undefined
    }
    if (/^(commit|rollback|end)\b/.test(sql)) {
      const writes = this.#writes
      this.#open = false
      this.#writes = []
      return sql.startsWith('rollback') ? undefined : nameOfCommit(writes)
    }
    const writes = writesOf(unit)
    if (this.#open) this.#writes.push(...writes)
    return this.#open ? undefined : nameOfCommit(writes)
  }
}
