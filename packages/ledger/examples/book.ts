import {
  type Amount,
  formatAmount,
  type Ledger,
  MemoryLedger,
  PostgresLedger,
  parseAmount,
} from '@rivulet/ledger'
import pg from 'pg'

/**
 * Runs an example on a book: in memory, or in the PostgreSQL that DATABASE_URL names, in a transaction that is rolled
 * back, so that an example can be run again and leaves nothing.
 */
export async function onBook(example: (ledger: Ledger) => Promise<void>): Promise<void> {
  const connectionString = process.env.DATABASE_URL
  if (!connectionString) return example(new MemoryLedger())
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('begin')
    await example(new PostgresLedger(client))
    await client.query('rollback')
  } finally {
    await client.end()
  }
}

/** An amount as people write it, in the asset. */
export function dollars(decimal: string): Amount {
  const parsed = parseAmount(decimal)
  if (!parsed.ok) throw new Error(`not an amount: ${decimal}`)
  return parsed.amount
}

/** The id of the n-th event of an example. An application makes a UUIDv7 once, and stores it with the event. */
export const eventId = (n: number): string => `01980000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

/** Prints what accounts hold, on one line. */
export async function show(ledger: Ledger, ...refs: string[]): Promise<void> {
  const balances = await ledger.balances(refs)
  console.log(`  ${refs.map((ref) => `${ref} ${formatAmount(balances.get(ref) ?? 0n)}`).join(' · ')}`)
}
