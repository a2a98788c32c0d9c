import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { MigrationRefused } from '@rivulet/db/migrate'
import { StartRefused } from '@rivulet/stack'
import { type Stack, startStack } from './compose.ts'
import { ensurePage } from './page/build.ts'
import { whenNpmIsGone } from './stack/ancestors.ts'
import { paceOf } from './town/pace.ts'
import { mayHaveTown, startTown, type Town } from './town/start.ts'

const HELP = `npm start [-- --reset] [--empty] [--api N]

Runs the whole of Rivulet on this machine until it is stopped (Ctrl-C): PostgreSQL, an EVM chain with the contracts, the
API, the worker and the checker. What it knows is kept and there again at the next start.

  --reset   forgets members, books and chain first
  --empty   starts without the demo town: made-up members who write, like and tip once the stack is ready
  --api N   serves the API by N processes, 1 to 64 (API_PROCESSES, else 1)
  --help    says this

  PORT            of the API, on 127.0.0.1 (3000)
  CHAIN_PORT      of the chain, on 127.0.0.1 (8545)
  RIVULET_HOME    where everything is kept (.rivulet)
  TOWN_EVERY_SECONDS   between two things that one of the town does, on average (30)
  TOWN_ACTS_PER_HOUR   what the town does at most, once it is there (120)
  DATABASE_URL, REDIS_URL, CHAIN_RPC_URL and keys replace the embedded parts; .env.example has every variable.
`

const { reset, empty, help, apiProcesses } = options()
if (help) {
  process.stdout.write(HELP)
  process.exit(0)
}
// What is set already wins over the file.
if (existsSync('.env')) process.loadEnvFile('.env')

let stack: Stack | null = null
let town: Town | null = null
let ending = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end('stopping', 0))
whenNpmIsGone(() => end('npm is gone, stopping', 0))

try {
  const pace = paceOf(process.env)
  const began = performance.now()
  if (await ensurePage()) console.log('… page built')
  stack = await startStack({
    home: process.env.RIVULET_HOME || '.rivulet',
    port: portOf('PORT', 3000),
    chainPort: portOf('CHAIN_PORT', 8545),
    env: process.env,
    ...(apiProcesses ? { apiProcesses } : {}),
    ...{ reset, supervised: true, onProgress: (what: string) => console.log(`… ${what}`) },
  })
  if (ending) await end('stopping', 0)
  console.log(account(stack, performance.now() - began))
  if (!empty && mayHaveTown(stack, process.env)) {
    console.log('… a demo town is moving in: made-up members and test money (`-- --empty` starts without)')
    const say = (line: string) => console.log(`… ${line}`)
    town = startTown({ stack, say, ...pace })
  }
  stack.lost.then((why) => {
    if (!ending) end(`${why}, stopping`, 1)
  })
} catch (error) {
  const expected = error instanceof StartRefused || error instanceof MigrationRefused
  console.error(expected ? error.message : error)
  process.exit(1)
}

/** Stops all in order and leaves. Asked a second time it leaves at once: the guardian sees to the rest. */
async function end(why: string, code: number): Promise<void> {
  if (ending && stack) process.exit(code)
  ending = true
  // While it starts, what is there so far is the guardian's to stop.
  if (!stack) process.exit(code)
  console.log(`… ${why}`)
  // It is not waited for: what it has asked for is answered, or the next start does it.
  void town?.stop()
  await stack.stop()
  console.log('stopped')
  process.exit(code)
}

function options(): { reset: boolean; empty: boolean; help: boolean; apiProcesses: number | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        reset: { type: 'boolean', default: false },
        empty: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        api: { type: 'string' },
      },
    })
    const { reset, empty, help, api } = values
    if (api !== undefined && !/^([1-9]|[1-5]\d|6[0-4])$/.test(api))
      throw new Error(`--api ${api} is no number of processes: a whole number from 1 to 64.`)
    return { reset, empty, help, apiProcesses: api === undefined ? undefined : Number(api) }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`)
    process.exit(2)
  }
}

function portOf(variable: string, fallback: number): number {
  const given = process.env[variable]
  if (!given) return fallback
  const port = Number(given)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new StartRefused(`${variable}=${given} is no port: a whole number from 1 to 65535.`)
}

function account(started: Stack, ms: number): string {
  const rows = [
    ['API', started.url],
    ['documentation', `${started.url}/docs`],
    ['chain', `${started.rpcUrl} (chain id ${started.chainId})`],
    ['vault', started.vault],
    ['token', started.token],
    ['home', started.home],
  ]
  const lines = rows.map(([what, where]) => `  ${what!.padEnd(14)} ${where}`)
  return `Rivulet is ready after ${(ms / 1000).toFixed(1)} s. Ctrl-C stops it.\n${lines.join('\n')}`
}
