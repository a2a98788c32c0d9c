import { parseArgs } from 'node:util'
import { createPool } from '@rivulet/db'
import { declareRules } from '@rivulet/economy'
import { audit } from '@rivulet/ledger'
import { testChain, testDatabase } from '@rivulet/stack'
import { buildApp } from '../../src/app.ts'
import { configFrom } from '../../src/config.ts'
import { closeDeps, createDeps } from '../../src/deps.ts'
import { createLimits } from '../../src/rate-limit/limits.ts'
import { fund } from '../money.ts'
import { person } from '../people.ts'
import { TEST_ENV } from '../world.ts'
import { fuzz } from './fuzz.ts'

/*
 * Asks every call of the API with values that nearly fit its document, on a real database and a real chain. Prints which
 * answers each call was met with, and one line of JSON; ends with 1 at a 5xx or an answer that is not as declared, and
 * when there were fewer than 10,000 requests.
 *
 *     npm run fuzz:api [-- --runs 150]        SEED=… for the same again
 */
const { values } = parseArgs({ options: { runs: { type: 'string', default: '150' } } })
const seed = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31))
console.log(`SEED=${seed}, ${values.runs} requests for each call`)

const began = performance.now()
const database = await testDatabase()
const chain = await testChain()
const env = {
  ...{ ...TEST_ENV, RIVULET_EMBEDDED: 'true', DATABASE_URL: database.url },
  ...{ CHAIN_RPC_URL: chain.rpcUrl, CHAIN_ID: String(chain.chainId) },
  ...{ VAULT_ADDRESS: chain.vault, TOKEN_ADDRESS: chain.token, FAUCET_KEY: chain.keys.faucet },
}
const deps = createDeps(configFrom(env))
await declareRules(deps.db.pool, deps.rules)
const wide = { burst: 1e6, perSecond: 1e6 }
const app = await buildApp(deps, {
  limits: createLimits({ now: Date.now, exemptLoopback: true, perMember: wide }),
})
const people = [await person(app), await person(app), await person(app)]
for (const one of people)
  for (const account of ['available', 'pledge', 'budget'] as const)
    await fund(deps, one.id, account, 1_000_000_000_000n)
const posts = await Promise.all(people.map((one) => one.writes('a post')))
const texts = [
  ...people.flatMap(({ id, address }) => [id, address]),
  ...posts.map(({ id }) => id),
  ...['1', '0.5', '0.0005', 'hello', 'alice', 'a long text with @alice and #bread', '2026-01-31', 'bread'],
  ...[
    'https://bread.example',
    '2026-11-28T12:00:00Z',
    '203.0.113.7',
    '2001:db8::/32',
    `0x${'ab'.repeat(32)}`,
  ],
]

const { requests, met, faults } = await fuzz(app, { people, texts, runs: Number(values.runs), seed })

await app.close()
await closeDeps(deps)
const owner = createPool(database.adminUrl, { max: 1 })
const books = await audit(owner, { from: 'beginning' })
await owner.end()
for (const { law, ref, expected, found } of books.violations)
  faults.push(`the books: ${law} ${ref ?? ''} expected ${expected} found ${found}`)
await chain.close()
await database.close()

for (const [name, statuses] of met)
  console.log(
    `${name.padEnd(26)} ${[...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, times]) => `${status}: ${times}`)
      .join('  ')}`,
  )
const succeeded = [...met].filter(([, statuses]) =>
  [...statuses.keys()].some((status) => status < 300),
).length
for (const fault of faults) console.log(`\n${fault}`)
const pass = faults.length === 0 && requests >= 10_000
const seconds = Math.round((performance.now() - began) / 1000)
console.log(
  JSON.stringify({
    fuzz: 'api',
    seed,
    requests,
    calls: met.size,
    succeeded,
    faults: faults.length,
    seconds,
    pass,
  }),
)
// The cluster of this process ends with it, and would keep it from ending.
process.exit(pass ? 0 : 1)
