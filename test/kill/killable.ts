import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { memberAccount, RESERVE, STREAMS } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import {
  type ChildExit,
  freePort,
  readKeys,
  startPostgres,
  stopChildren,
  temporaryFolder,
  testChain,
} from '@rivulet/stack'
import { startApp } from '../../scripts/stack/app.ts'
import { prepareEmbedded } from '../../scripts/stack/database.ts'
import { environmentOf } from '../../scripts/stack/environment.ts'

/** The shipped API over a durable PostgreSQL of its own that can be killed under it. */
export type Killable = {
  url: string
  /** SIGKILL to the server and all its backends. @returns how many processes that were */
  killDatabase(): Promise<number>
  /** Starts it again, same folder, same port. */
  startDatabase(): Promise<void>
  /** Until the API says by itself that it can serve. */
  ready(): Promise<void>
  /** How the API ended, if it did: it must not. */
  apiEnded(): ChildExit | null
  /** Books a deposit, as if the vault had told of one. Nano. */
  fund(memberId: string, nano: bigint): Promise<void>
  /** As the owner of the database. */
  asOwner<T>(work: (pool: Pool) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Nothing clears while a test looks. */
const CLOCK = { PERIOD_SECONDS: '86400', HOLD_SECONDS: '86400', HOLD_YOUNG_SECONDS: '86400' }

const READY_MS = 60_000

export async function startKillable(): Promise<Killable> {
  const dir = temporaryFolder('kill')
  const keys = readKeys(join(dir, 'keys.json'))
  const [databasePort, apiPort] = [await freePort(), await freePort()]
  const options = { dir: join(dir, 'postgres'), port: databasePort, durable: true }
  let postgres = await startPostgres(options)
  const database = await prepareEmbedded(postgres, keys.databasePassword)
  const chain = await testChain({ blockTime: null })
  const address = { host: '127.0.0.1', port: apiPort, url: `http://127.0.0.1:${apiPort}` }
  const context = { databaseUrl: database.url, chain, address, keys, embedded: true }
  const api = await startApp({
    ...{ name: 'api', env: environmentOf('api', CLOCK, context), logDir: dir },
    readyUrl: `${address.url}/readyz`,
    onStart: () => {},
    onLoss: () => {},
  })
  return {
    url: address.url,
    async killDatabase() {
      const backends = childrenOf(postgres.pid)
      const killed = postgres.kill()
      for (const pid of backends) kill(pid)
      await killed
      return backends.length + 1
    },
    async startDatabase() {
      postgres = await startPostgres(options)
    },
    async ready() {
      const deadline = performance.now() + READY_MS
      while (!(await answersOk(`${address.url}/readyz`))) {
        if (performance.now() > deadline)
          throw new Error(`the API does not come back; its log: ${api.logFile}`)
        await sleep(20)
      }
    },
    apiEnded: () => api.child.exit,
    fund: (memberId, nano) => withPool(database.url, (pool) => deposit(pool, memberId, nano)),
    asOwner: (work) => withPool(database.adminUrl, work),
    async close() {
      await stopChildren([api.child, postgres])
      await chain.close()
    },
  }
}

async function withPool<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(url, { max: 1 })
  return work(pool).finally(() => pool.end())
}

async function deposit(pool: Pool, memberId: string, nano: bigint): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const [debit, credit] = [RESERVE, memberAccount(memberId, 'available')]
    await ledgerOf(tx).open([debit])
    const row = { id: newId(), leg: 0, debit, credit, amount: amountOf(nano), code: STREAMS.deposit }
    const [answer] = await ledgerOf(tx).post([row])
    if (answer !== 'ok') throw new Error(`not funded: ${answer}`)
  })
}

// proc_pid_stat(5): the name, field 2, is in brackets and may hold anything; the parent is field 4.
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
        return Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]) === parent
      } catch {
        return false
      }
    })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It was a backend that had ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
