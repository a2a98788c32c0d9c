import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { surplusDebit } from '@rivulet/contracts'
import { createPool, isId, newId, withTransaction } from '@rivulet/db'
import { epochWithout, rulesFrom, takeRevenue } from '@rivulet/economy'
import { formatAmount, parseAmount } from '@rivulet/ledger'

// Takes money of the platform's out of the books of DATABASE_URL, so that the treasurer may withdraw it from the vault, and
// says with which call. Code 1: refused. Code 2: it could not ask.
if (existsSync('.env')) process.loadEnvFile('.env')
const url = process.env.DATABASE_URL
const USAGE =
  'npm run take-revenue -- --amount 100 [--id <a UUID; repeated with the same, nothing moves twice>]'
const REFUSED = {
  insufficient_funds: 'platform:revenue does not cover it',
  id_used_otherwise: 'this id was used for something else: take another',
  no_whole_units: 'the token has no such fraction: take an amount with fewer decimals',
}

const rules = rulesFrom(process.env)
const values = argumentsOf(process.argv.slice(2))
const amount = parseAmount(values?.amount)
const id = values?.id ?? newId()
if (!url) fail('Set DATABASE_URL to the database whose revenue is to be taken.')
if (!values || !amount.ok || amount.amount === 0n)
  fail(`--amount must be a decimal of the asset above 0, e.g. 100\n${USAGE}`)
if (!isId(id)) fail(`--id must be a UUID in lower case\n${USAGE}`)

// Said before anything moves, so that a run whose end nobody saw can be repeated.
console.log(`id ${id}`)
const pool = createPool(url, { max: 1 })
try {
  const taken = amount.amount
  const result = await withTransaction(pool, (tx) => takeRevenue(tx, rules, { id, amount: taken }))
  if (result.ok) {
    console.log(
      result.repeated
        ? 'this had been done already: nothing moved'
        : `${formatAmount(taken)} moved from platform:revenue to chain:surplus`,
    )
    const epoch = await epochWithout(pool, id)
    console.log(
      epoch === undefined
        ? `the vault still owes it, until an epoch that counts it as surplus is active: ask again with --id ${id}`
        : `epoch ${epoch} counts it as surplus: it can be withdrawn`,
    )
    console.log(`withdrawSurplus(<to>, ${taken / rules.unit}, ${surplusDebit(id)})`)
  } else {
    console.error(REFUSED[result.code])
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
