import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createPool } from '@rivulet/db'
import { play } from './demo/story.ts'
import { streams } from './demo/tables.ts'
import type { World } from './demo/world.ts'
import { chainOf } from './outside/chain.ts'
import { callerOf } from './outside/client.ts'
import { decimalOf } from './outside/decimal.ts'
import { lawsOf } from './outside/laws.ts'
import { check } from './outside/life/check.ts'
import { newLife, note } from './outside/life/life.ts'
import type { Network } from './outside/member.ts'
import { fail, withStack } from './outside/run.ts'
import { taleTo, verdict } from './outside/tale.ts'
import { type RulesAnswer, termsOf } from './outside/terms.ts'

/** The same rules as everywhere, on a clock of seconds, with grants. */
const CLOCK = {
  PERIOD_SECONDS: '3',
  HOLD_SECONDS: '1',
  HOLD_YOUNG_SECONDS: '1',
  HOLD_VIEWS_SECONDS: '1',
  SETTLEMENT_SECONDS: '1',
  CHALLENGE_DELAY_SECONDS: '1',
  VIEWER_MIN_AGE_SECONDS: '0',
  GRANT_AMOUNT: '0.002',
  GRANT_PER_MEMBER: '0.002',
  GRANT_PER_DAY: '0.01',
  GRANT_TOTAL: '1',
  // Of this clock every few seconds are a period: nobody's budget ends that soon.
  IDLE_CLOSES: '1000',
}

const tale = taleTo(process.stdout)
tale.line('Rivulet: money of views, likes and tips, from a sponsor’s deposit to somebody else’s wallet.')
tale.line('Starting PostgreSQL, an EVM chain, the API and the worker …')

try {
  const exact = await withStack({ env: CLOCK }, async (stack) => {
    const stranger = callerOf(stack.url)
    const network = await stranger<Network>('GET', '/v1/network')
    const chain = chainOf(stack.rpcUrl, network)
    const database = createPool(stack.adminDatabaseUrl, { max: 2 })
    try {
      tale.line(`  API ${stack.url} · chain ${network.chain.id} at ${stack.rpcUrl}`)
      tale.line(`  vault ${network.chain.vault} · token ${network.asset.address} (${network.asset.symbol})`)
      const terms = termsOf(await stranger<RulesAnswer>('GET', '/v1/rules'))
      const life = newLife({ url: stack.url, stranger, network, terms, chain, database })
      const world: World = Object.assign(life, {
        ...{ tale, worker: stack.worker },
        async fundGrants(amount: bigint) {
          const env = { ...process.env, DATABASE_URL: stack.databaseUrl }
          const command = ['scripts/fund-grants.ts', '--amount', decimalOf(amount)]
          await promisify(execFile)(process.execPath, command, { env })
          note(world, { did: 'fund grants', amount })
        },
      })
      await play(world)
      tale.chapter('What everybody earned, by each of the nine streams')
      tale.line(await streams(world))
      tale.chapter('What everybody has in the end, and whether the laws hold')
      const laws = await lawsOf(stranger, chain, database, { clearingMs: 0 })
      const figures = await check(world)
      for (const { name, wallet } of world.people.values()) {
        const balance = await chain.balanceOf(wallet.address)
        tale.line(`  ${name.padEnd(6)} ${wallet.address}  ${decimalOf(balance)} on the chain`)
      }
      tale.line('')
      return verdict(tale, laws, figures)
    } finally {
      chain.close()
      await database.end()
    }
  })
  tale.line(`\n${exact ? 'All of it is exact.' : 'NOT EXACT.'} ${tale.seconds().toFixed(1)} s`)
  process.exit(exact ? 0 : 1)
} catch (error) {
  fail(error)
}
