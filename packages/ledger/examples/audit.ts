import { audit, PostgresLedger, RESERVE } from '@rivulet/ledger'
import pg from 'pg'
import { dollars, eventId } from './book.ts'

// The auditor: what it says of a book that was only posted to, and of one that a superuser wrote into by hand. All of
// it is rolled back. DATABASE_URL has to be the sign-in of a superuser, who alone can get past the guards.

const connectionString = process.env.DATABASE_URL
if (!connectionString) {
  console.error(
    'Set DATABASE_URL to a migrated database, as its superuser: there is no auditor of a book in memory.',
  )
  process.exit(2)
}
const client = new pg.Client({ connectionString })
await client.connect()
await client.query('begin')

const [alice, bob] = ['example:alice', 'example:bob'] as const
const ledger = new PostgresLedger(client)
await ledger.open([RESERVE, alice, bob])
await ledger.post([
  { id: eventId(1), leg: 0, debit: RESERVE, credit: alice, amount: dollars('10'), code: 20 },
  { id: eventId(2), leg: 0, debit: alice, credit: bob, amount: dollars('4'), code: 6 },
])
await report('alice has deposited 10 and tipped bob 4')

await client.query('savepoint clean')
const refused = await client
  .query(`update ledger.account set balance = 1 where ref = $1`, [bob])
  .catch(String)
console.log(`\na balance is set by hand, by the superuser: ${refused}`)
await client.query('rollback to clean')

await client.query('set local session_replication_role = replica')
await client.query(`update ledger.account set balance = balance + 1 where ref = $1`, [bob])
await report('\nthe triggers are switched off, and bob is given a billionth')

await client.query('rollback')
await client.end()

async function report(what: string): Promise<void> {
  const { ok, violations } = await audit(client)
  console.log(`${what}: ${ok ? 'the book is right' : 'the book is wrong'}`)
  for (const { law, ref, expected, found } of violations)
    console.log(`  ${law}: ${ref ?? 'all accounts together'}, expected ${expected}, found ${found}`)
}
