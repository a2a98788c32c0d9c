import { createPool } from '@rivulet/db'
import { chainOf } from './outside/chain.ts'
import { callerOf } from './outside/client.ts'
import type { Network } from './outside/member.ts'
import { fail, withStack } from './outside/run.ts'
import { taleTo } from './outside/tale.ts'
import { argumentsOf, USAGE } from './replay/arguments.ts'
import { readLines } from './replay/lines.ts'
import { replay } from './replay/run.ts'

/** The same rules as everywhere, on a clock of seconds. */
const CLOCK = {
  PERIOD_SECONDS: '5',
  HOLD_SECONDS: '1',
  HOLD_YOUNG_SECONDS: '1',
  HOLD_VIEWS_SECONDS: '1',
  SETTLEMENT_SECONDS: '1',
  CHALLENGE_DELAY_SECONDS: '1',
}

const wanted = argumentsOf(process.argv.slice(2))
if (!wanted.ok) {
  console.error(`✗ ${wanted.fault}\n\n${USAGE}`)
  process.exit(2)
}

const tale = taleTo(process.stdout)
try {
  const lines = await readLines(wanted.file, wanted.limit)
  tale.line(`Rivulet: ${wanted.file}, lived through the API of a stack of its own.`)
  const exact = await withStack({ env: CLOCK }, async (stack) => {
    const network = await callerOf(stack.url)<Network>('GET', '/v1/network')
    const chain = chainOf(stack.rpcUrl, network)
    const database = createPool(stack.adminDatabaseUrl, { max: 2 })
    try {
      tale.line(`  API ${stack.url}, ready after ${tale.seconds().toFixed(1)} s`)
      return await replay(lines, { url: stack.url, chain, network, database, tale })
    } finally {
      chain.close()
      await database.end()
    }
  })
  process.exit(exact ? 0 : 1)
} catch (error) {
  fail(error)
}
