import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Child, startChild } from '../processes/child.ts'
import { lastLines } from '../processes/log.ts'
import { freePort } from '../processes/ports.ts'
import { rank } from '../processes/stopping.ts'
import { type Cluster, environment, openCluster } from './cluster.ts'
import { clearAway } from './left-over.ts'

export interface PostgresOptions {
  /** Holds the cluster, its superuser's password and its log. */
  dir: string
  /** Where it listens on 127.0.0.1; without it, on a free port. */
  port?: number
  /** True: PostgreSQL's defaults. False: no fsync, for data that nobody will miss. */
  durable?: boolean
  /** Further settings of the server, by name, for this start. Address, port and sockets are not among them. */
  settings?: Record<string, string>
}

/** A running PostgreSQL. */
export interface Postgres extends Child {
  port: number
  /** Of the superuser `postgres`, database `postgres`. */
  adminUrl: string
}

const START_TIMEOUT_MS = 60_000

/**
 * Starts PostgreSQL on 127.0.0.1 and returns when it answers. Takes up a cluster that was killed or lost its power:
 * PostgreSQL recovers by itself, and what is left of the old server is removed first.
 *
 * @throws StartRefused where PostgreSQL cannot run; an Error with the end of its log when it does not come up.
 */
export async function startPostgres({
  dir,
  port,
  durable = true,
  settings = {},
}: PostgresOptions): Promise<Postgres> {
  const cluster = openCluster(dir, { durable })
  await clearAway(cluster.dataDir)
  const logFile = join(dir, 'postgres.log')
  for (let attempt = 1; ; attempt++) {
    const at = port ?? (await freePort())
    const child = await launch(cluster, { port: at, durable, settings, logFile })
    const adminUrl = `postgresql://postgres:${cluster.password}@127.0.0.1:${at}/postgres`
    if (await answers(child, adminUrl)) return Object.assign(child, { port: at, adminUrl })
    const said = lastLines(logFile)
    // A port found free may be taken a moment later.
    const retry = port === undefined && attempt < 5 && said.includes('could not bind')
    await child.kill()
    if (!retry) throw new Error(`PostgreSQL did not start. The end of ${logFile}:\n${said}`)
  }
}

function launch(
  { binaries, runAs, dataDir }: Cluster,
  {
    port,
    durable,
    settings,
    logFile,
  }: Required<Pick<PostgresOptions, 'port' | 'durable' | 'settings'>> & { logFile: string },
): Promise<Child> {
  const all = {
    max_connections: 200,
    ...settings,
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const { command, args } = runAs.wrap(binaries.postgres, [
    ...['-D', dataDir],
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  return startChild({
    ...{ name: 'postgres', command, args, env: environment, cwd: '/', logFile },
    // The fast shutdown: sessions are ended, work in progress is rolled back, a checkpoint is made.
    ...{ rank: rank.database, signal: 'SIGINT', graceMs: 20_000 },
  })
}

async function answers(child: Child, url: string): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (child.exit === null && performance.now() < deadline) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return true
    } catch {
      await sleep(25)
    } finally {
      await client.end().catch(() => {})
    }
  }
  return false
}
