import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createPool, isId, newId, withTransaction } from '@rivulet/db'
import { fundGrants } from '@rivulet/economy'
import { formatAmount, parseAmount } from '@rivulet/ledger'

// Moves money of the platform's into the pool of grants, in the books of DATABASE_URL. Code 1: refused. Code 2: it could
// not ask.
if (existsSync('.env')) process.loadEnvFile('.env')
const url = process.env.DATABASE_URL
const USAGE =
  'npm run fund-grants -- --amount 100 [--id <a UUID; repeated with the same, nothing moves twice>]'
const values = argumentsOf(process.argv.slice(2))
const amount = parseAmount(values?.amount)
const id = values?.id ?? newId()
if (!url) fail('Set DATABASE_URL to the database whose grants are to be funded.')
if (!values || !amount.ok || amount.amount === 0n)
  fail(`--amount must be a decimal of the asset above 0, e.g. 100\n${USAGE}`)
if (!isId(id)) fail(`--id must be a UUID in lower case\n${USAGE}`)

// Said before anything moves, so that a run whose end nobody saw can be repeated.
console.log(`id ${id}`)
const pool = createPool(url, { max: 1 })
try {
  const result = await withTransaction(pool, (tx) => fundGrants(tx, { id, amount: amount.amount }))
  if (result.ok)
    console.log(
      result.repeated
        ? 'this had been done already: nothing moved'
        : `${formatAmount(amount.amount)} moved from platform:revenue to pool:grants`,
    )
  else {
    console.error(
      result.code === 'insufficient_funds'
        ? 'platform:revenue does not cover it'
        : 'this id was used for something else: take another',
    )
    process.exitCode = 1
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
} finally {
  await pool.end()
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

function argumentsOf(args: string[]) {
  try {
    return parseArgs({ args, options: { amount: { type: 'string' }, id: { type: 'string' } } }).values
  } catch {
    return undefined
  }
}
