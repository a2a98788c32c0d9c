import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createPool } from '@rivulet/db'
import { rulesFrom } from '@rivulet/economy'
import { formatAmount, parseAmount } from '@rivulet/ledger'
import { takeOut } from './take.ts'

// Books money of the platform's to leave the vault, in the books of DATABASE_URL, and says how it then does:
// docs/SETTLEMENT.md, "Surplus". Code 1: refused. Code 2: it could not ask.
const USAGE =
  'npm run revenue -- take --amount 12.5 --key <1 to 100 characters; the same again takes nothing>'

if (existsSync('.env')) process.loadEnvFile('.env')
try {
  const wish = wishOf(process.argv.slice(2))
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL to the database whose revenue is to be taken.')
  const rules = rulesFrom(process.env)
  const pool = createPool(url, { max: 1 })
  try {
    process.exitCode = await takeOut(pool, rules, process.env.VAULT_ADDRESS, wish)
  } finally {
    await pool.end()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

function wishOf(args: string[]) {
  const text = { type: 'string' } as const
  const options = { amount: text, key: text }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (positionals.join(' ') !== 'take') throw new Error(`take is all that can be done\n${USAGE}`)
  const amount = parseAmount(values.amount)
  if (!amount.ok || amount.amount === 0n)
    throw new Error(
      `--amount must be a decimal of the asset above 0, e.g. ${formatAmount(12_500_000_000n)}\n${USAGE}`,
    )
  if (!values.key) throw new Error(`--key must name what it is taken for\n${USAGE}`)
  return { amount: amount.amount, key: values.key }
}
