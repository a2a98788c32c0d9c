import { createPool } from '@rivulet/db'
import { check } from './demo/check.ts'
import { play } from './demo/story.ts'
import type { World } from './demo/world.ts'
import { chainOf } from './outside/chain.ts'
import { callerOf } from './outside/client.ts'
import { decimalOf } from './outside/decimal.ts'
import { lawsOf } from './outside/laws.ts'
import type { Network } from './outside/member.ts'
import { fail, withStack } from './outside/run.ts'
import { taleTo, verdict } from './outside/tale.ts'

/** The same rules as everywhere, on a clock of seconds. */
const CLOCK = {
  PERIOD_SECONDS: '2',
  HOLD_SECONDS: '1',
  HOLD_YOUNG_SECONDS: '1',
  HOLD_VIEWS_SECONDS: '1',
  SETTLEMENT_SECONDS: '1',
  CHALLENGE_DELAY_SECONDS: '1',
}

const tale = taleTo(process.stdout)
tale.line('Rivulet: money of likes and tips, from somebody’s deposit to somebody else’s wallet.')
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
      const world: World = {
        url: stack.url,
        stranger,
        network,
        chain,
        database,
        tale,
        people: new Map(),
        posts: new Map(),
        deeds: [],
        answers: [],
      }
      await play(world)
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
