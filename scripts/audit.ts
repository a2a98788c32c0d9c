import { existsSync } from 'node:fs'
import { createPool } from '@rivulet/db'
import { CLEARING_PREFIXES } from '@rivulet/economy'
import { audit, formatAmount } from '@rivulet/ledger'

// Reads the whole history of the books of DATABASE_URL and says what it found. Code 1: a law is broken. Code 2: it could
// not look.
if (existsSync('.env')) process.loadEnvFile('.env')
const url = process.env.DATABASE_URL
if (!url) {
  console.error('Set DATABASE_URL to the database whose books are to be audited.')
  process.exit(2)
}
const NEVER_MS = Number.MAX_SAFE_INTEGER
const pool = createPool(url, { max: 1, transactionTimeoutMs: 0 })
try {
  const report = await audit(pool, {
    from: 'beginning',
    clearing: CLEARING_PREFIXES.map((prefix) => ({ prefix, maxAgeMs: NEVER_MS })),
  })
  console.log(`${report.checkedAt.toISOString()}  ${report.accounts} accounts, ${report.transfers} transfers`)
  for (const { ref, balance, ageMs } of report.clearing)
    console.log(`on its way: ${ref} ${formatAmount(balance)}, for ${Math.round(ageMs / 1_000)} s`)
  for (const { law, ref, expected, found } of report.violations)
    console.log(`broken: ${law} ${ref ?? ''} expected ${expected} found ${found}`)
  console.log(report.ok ? 'every law of the ledger holds' : `${report.violations.length} laws are broken`)
  process.exitCode = report.ok ? 0 : 1
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
} finally {
  await pool.end()
}
