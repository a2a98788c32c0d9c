import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createPool, isId, withTransaction } from '@rivulet/db'
import { voidViews } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'

// Takes back what a member's paid views of a day have moved, while any of it is pending: docs/ECONOMY.md, "Views".
//
//   npm run void-views -- --member <id> --day <YYYY-MM-DD> --note <why>
//
// Code 1: there was nothing to void. Code 2: it could not be asked, or done.
const USAGE = 'npm run void-views -- --member <id> --day <YYYY-MM-DD, UTC> --note <why, 1 to 1000 characters>'

if (existsSync('.env')) process.loadEnvFile('.env')
try {
  process.exitCode = await run(wishOf(process.argv.slice(2)))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

type Wish = { memberId: string; day: string; note: string }

async function run(wish: Wish): Promise<number> {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL to the database whose views are to be voided.')
  const pool = createPool(url, { max: 1 })
  try {
    const result = await withTransaction(pool, (tx) => voidViews(tx, wish))
    if (!result.ok) {
      console.log('nothing to void: no paid view of that member and day has any money pending')
      return 1
    }
    const { id, views, returned, borne, missing } = result
    console.log(`voided ${views} views (${id}): ${formatAmount(returned)} returned to the campaigns,`)
    console.log(`of it ${formatAmount(borne)} borne by the platform for what could not be had`)
    if (missing > 0n)
      console.log(`missing: ${formatAmount(missing)}; platform:revenue has no more, and the sponsors lack it`)
    return 0
  } finally {
    await pool.end()
  }
}

function wishOf(args: string[]): Wish {
  const text = { type: 'string' } as const
  const {
    member = '',
    day = '',
    note = '',
  } = parseArgs({
    args,
    options: { member: text, day: text, note: text },
  }).values
  if (!isId(member)) throw new Error(`--member must be a member's id\n${USAGE}`)
  if (!isDay(day)) throw new Error(`--day must be a day, e.g. 2026-01-31\n${USAGE}`)
  if (note.trim() === '' || note.length > 1_000) throw new Error(`--note must say why\n${USAGE}`)
  return { memberId: member, day, note }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text
}
