import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createPool, withTransaction } from '@rivulet/db'
import { grantRole, ROLES, type Role, revokeRole, roleHolders } from '@rivulet/economy'

// Says who moderates, in the books of DATABASE_URL. Code 1: refused. Code 2: it could not ask.
const USAGE = `npm run roles -- grant|revoke --member <id, address or handle> --role ${ROLES.join('|')}
npm run roles -- list`

if (existsSync('.env')) process.loadEnvFile('.env')
try {
  const wish = wishOf(process.argv.slice(2))
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('Set DATABASE_URL to the database whose roles are meant.')
  const pool = createPool(url, { max: 1 })
  try {
    if (wish.what === 'list') {
      for (const { role, memberId, address, handle, grantedAt } of await roleHolders(pool))
        console.log([role, memberId, address, handle ?? '-', grantedAt.toISOString()].join(' '))
    } else {
      const { what, member, role } = wish
      const run = what === 'grant' ? grantRole : revokeRole
      const result = await withTransaction(pool, (tx) => run(tx, { member, role }))
      if (!result.ok) {
        console.error(`no member is ${member}: give an id, an address or a handle`)
        process.exitCode = 1
      } else {
        const now = what === 'grant' ? 'is' : 'is no'
        console.log(`${result.memberId} ${now} ${role}${result.changed ? '' : ', as before'}`)
      }
    }
  } finally {
    await pool.end()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}

type Wish = { what: 'list' } | { what: 'grant' | 'revoke'; member: string; role: Role }

function wishOf(args: string[]): Wish {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    options: { member: text, role: text },
    allowPositionals: true,
  })
  const what = positionals.join(' ')
  if (what === 'list') return { what }
  if (what !== 'grant' && what !== 'revoke')
    throw new Error(`grant, revoke and list are what can be done\n${USAGE}`)
  const role = ROLES.find((one) => one === values.role)
  if (!values.member) throw new Error(`--member must name who is meant\n${USAGE}`)
  if (!role) throw new Error(`--role must be ${ROLES.join(' or ')}\n${USAGE}`)
  return { what, member: values.member, role }
}
