import { rmSync } from 'node:fs'
import {
  type Child,
  ensureDeployment,
  freePort,
  type Keys,
  keepFolder,
  lockHome,
  openHome,
  RESET,
  readKeys,
  refuseChainBehindBooks,
  refuseOtherVersion,
  refuseTakenPort,
  resetHome,
  startChain,
  startGuardian,
  startPostgres,
  stopChildren,
  temporaryFolder,
  writeVersion,
} from '@rivulet/stack'
import { type App, startApp } from './stack/app.ts'
import { databaseGiven, prepareEmbedded } from './stack/database.ts'
import {
  chainGiven,
  connectionsOf,
  type Environment,
  environmentOf,
  keysInUse,
  SHORT_CLOCK,
} from './stack/environment.ts'
import { supervise } from './stack/supervisor.ts'

export interface StackOptions {
  /** Where it keeps everything, to be found again; without it a temporary folder, removed at the stop. */
  home?: string
  /** Forgets first what the home has. */
  reset?: boolean
  /** Of the API; without it a free one. */
  port?: number
  /** How many processes serve the API; without it as many as `env` says, else one. */
  apiProcesses?: number
  /** Of the embedded chain; without it a free one. */
  chainPort?: number
  /**
   * Variables for the applications, before the embedded stack's own defaults. DATABASE_URL and CHAIN_RPC_URL replace
   * its parts, REDIS_URL and keys likewise.
   */
  env?: Environment
  /** Brings an application back that ended by itself. */
  supervised?: boolean
  onProgress?(what: string): void
}

export interface Stack {
  home: string
  /** Of the API, without a slash at the end. */
  url: string
  rpcUrl: string
  chainId: number
  token: string
  vault: string
  deployBlock: number
  /** The applications' own sign-in. */
  databaseUrl: string
  /** The owner's. */
  adminDatabaseUrl: string
  keys: Keys
  api: App
  worker: App
  /** Judges every epoch before the worker commits it. */
  checker: App
  /** The embedded parts; null where they are replaced. */
  postgres: Child | null
  chain: Child | null
  /** Settles with the reason when a part is lost that the stack cannot do without. */
  lost: Promise<string>
  /** Stops all in order. A second call waits for the first. */
  stop(): Promise<void>
}

/**
 * Starts a whole stack: PostgreSQL, the chain with its contracts, the API, the worker and the checker, each a process. Returns when
 * the API is ready. When this process ends, however it does, so do they, in order.
 *
 * @throws StartRefused for what whoever starts it can mend; nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = options.home ?? temporaryFolder('stack')
  const home = openHome(folder)
  const lock = await lockHome(home.lock, options.onProgress)
  const children = new Set<Child>()
  let stopped: Promise<void> | null = null
  const watch = <T extends Child>(child: T): T => {
    children.add(child)
    child.exited.then(() => children.delete(child))
    // Started while everything else is being stopped.
    if (stopped) void child.stop()
    lock.note(
      startGuardian(),
      [...children].map(({ watched }) => watched),
    )
    return child
  }
  const stop = async () => {
    await stopChildren(children)
    lock.release()
    if (options.home) return
    rmSync(folder, { recursive: true, force: true })
    keepFolder(folder)
  }
  const stopOnce = () => {
    stopped ??= stop()
    return stopped
  }
  try {
    if (options.reset) resetHome(home)
    return {
      ...(await compose(home, options, watch, () => stopped !== null)),
      home: home.path,
      stop: stopOnce,
    }
  } catch (error) {
    await stopOnce()
    throw error
  }
}

async function compose(
  home: ReturnType<typeof openHome>,
  options: StackOptions,
  watch: <T extends Child>(child: T) => T,
  isStopping: () => boolean,
): Promise<Omit<Stack, 'home' | 'stop'>> {
  const { onProgress = () => {}, apiProcesses } = options
  const env: Environment = {
    ...options.env,
    ...(apiProcesses ? { API_PROCESSES: String(apiProcesses) } : {}),
  }
  const chainElsewhere = chainGiven(env)
  const embedded = chainElsewhere === null
  refuseOtherVersion(home, { chain: embedded })
  const address = await addressOf(env, options.port)
  if (embedded && options.chainPort) await refuseTakenPort(options.chainPort, 'CHAIN_PORT')
  const keys = keysInUse(readKeys(home.keys), env)

  onProgress('starting PostgreSQL and the chain')
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>()
  const vital = <T extends Child>(child: T): T => {
    child.exited.then(({ signal, code }) => lose(`${child.name} ended (${signal ?? `code ${code}`})`))
    return watch(child)
  }
  const [[database, postgres], [chain, deployment]] = await allOrThrow([
    (async () => {
      const elsewhere = await databaseGiven(env)
      if (elsewhere) return [elsewhere, null] as const
      const server = vital(
        await startPostgres({
          dir: home.postgres,
          settings: { max_connections: String(connectionsOf(env)) },
        }),
      )
      return [await prepareEmbedded(server, keys.databasePassword), server] as const
    })(),
    (async () => {
      if (chainElsewhere) return [null, chainElsewhere] as const
      const port = options.chainPort
      const node = vital(
        await startChain({ dir: home.chain, keep: options.home !== undefined, ...(port ? { port } : {}) }),
      )
      const challengeDelaySeconds = Number(env.CHALLENGE_DELAY_SECONDS || SHORT_CLOCK.CHALLENGE_DELAY_SECONDS)
      const contracts = await ensureDeployment(home, node, keys, { challengeDelaySeconds })
      return [node, { ...contracts, rpcUrl: node.rpcUrl }] as const
    })(),
  ])
  await refuseChainBehindBooks(deployment, database.adminUrl, mend(embedded, postgres !== null))
  writeVersion(home, { chain: embedded })

  onProgress('starting the API, the worker and the checker')
  const bringBack = supervise(onProgress, lose)
  const onLoss: typeof bringBack = (app, exit) => {
    if (options.supervised && !isStopping()) bringBack(app, exit)
  }
  const context = { databaseUrl: database.url, chain: deployment, address, keys, embedded }
  const start = (name: App['name'], readyUrl?: string) =>
    startApp({
      ...{ name, env: environmentOf(name, env, context), logDir: home.logs, onStart: watch, onLoss },
      ...(readyUrl ? { readyUrl } : {}),
    })
  const [api, worker, checker] = await allOrThrow([
    start('api', `${address.url}/readyz`),
    start('worker'),
    start('checker'),
  ])
  const { rpcUrl, chainId, token, vault, deployBlock } = deployment
  return {
    ...{ url: address.url, rpcUrl, chainId, token, vault, deployBlock },
    ...{ databaseUrl: database.url, adminDatabaseUrl: database.adminUrl, keys },
    ...{ api, worker, checker, postgres, chain, lost },
  }
}

async function addressOf(env: Environment, wanted: number | undefined) {
  const host = env.HOST || '127.0.0.1'
  if (wanted) await refuseTakenPort(wanted, 'PORT', host)
  const port = wanted ?? (await freePort())
  // Asked on the loopback also when it listens everywhere.
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return { host, port, url: `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}` }
}

function mend(chain: boolean, database: boolean): string {
  if (chain && database) {
    return `Put the chain’s folder back as it was, or start anew with ${RESET}, which forgets members, books and chain.`
  }
  return chain
    ? `Put the chain’s folder back as it was, or start anew with ${RESET} and an empty database.`
    : 'CHAIN_RPC_URL names another chain, or one that was set back; check it, and the database.'
}

/** All of them; when one throws, the others are waited for, so that whatever they start can be stopped. */
async function allOrThrow<T extends unknown[]>(all: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const settled = await Promise.allSettled(all)
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as T
}
