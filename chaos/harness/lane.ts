import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  APP_LOGIN,
  type Child,
  ensureDatabase,
  ensureLogin,
  freePort,
  keepFolder,
  onConnection,
  type Postgres,
  rank,
  startChild,
  startPostgres,
  temporaryFolder,
  withDatabase,
  withLogin,
} from '@rivulet/stack'
import { prepareDatabase } from '../../scripts/migrate.ts'
import { until } from './until.ts'

const TEMPLATE = 'chaos_template'

/**
 * A flush to the disk protects from a loss of power and not from a kill, whose writes the system keeps; what is
 * answered is on its way to the system all the same.
 */
const SETTINGS = { fsync: 'off', synchronous_commit: 'on', max_connections: '400' }

/** What a row of histories shares: a cluster with a migrated template, and a Redis where there is one. */
export type Lane = Awaited<ReturnType<typeof openLane>>

export async function openLane() {
  const folder = temporaryFolder('chaos')
  const dir = join(folder, 'postgres')
  let postgres: Postgres = await startPostgres({ dir, settings: SETTINGS })
  const { port, adminUrl } = postgres
  const appPassword = randomBytes(12).toString('base64url')
  await ensureDatabase(adminUrl, TEMPLATE)
  await prepareDatabase(withDatabase(adminUrl, TEMPLATE))
  await ensureLogin(adminUrl, appPassword)
  const redis = await startRedis(folder)
  let databases = 0

  return {
    folder,
    redis,
    port,
    adminUrl,
    /** The sign-in of the applications, to a database, by a port of the loopback. */
    appUrl(database: string, by = port): string {
      const url = new URL(withLogin(withDatabase(adminUrl, database), APP_LOGIN, appPassword))
      url.port = String(by)
      return url.toString()
    },
    /** A database of its own: a copy of the template, or of another one that nobody uses. */
    async database(of = TEMPLATE): Promise<string> {
      const name = `chaos_${++databases}`
      await onConnection(adminUrl, (client) =>
        client.query(`create database ${name} template ${of} strategy file_copy`),
      )
      return name
    },
    async dropDatabase(name: string): Promise<void> {
      await onConnection(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
    /** SIGKILL to the postmaster; returns when it and its backends are gone. */
    killPostgres: () => postgres.kill(),
    async startPostgres(): Promise<void> {
      postgres = await startPostgres({ dir, port, settings: SETTINGS })
    },
    async close(): Promise<void> {
      await redis?.stop()
      await postgres.kill()
      rmSync(folder, { recursive: true, force: true })
      keepFolder(folder)
    },
  }
}

/** The system's Redis, keeping nothing; undefined where there is none. */
async function startRedis(folder: string) {
  const port = await freePort()
  let child: Child
  try {
    child = await startChild({
      name: 'redis',
      command: 'redis-server',
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        ...['--maxmemory-policy', 'noeviction', '--databases', '256'],
      ],
      env: { PATH: process.env.PATH },
      ...{ cwd: folder, logFile: join(folder, 'redis.log'), rank: rank.database },
      ...{ signal: 'SIGTERM', graceMs: 5_000 },
    })
  } catch {
    return undefined
  }
  const command = (line: string) => redisCommand(port, line)
  await until('Redis answers', async () => (await command('PING')).startsWith('+PONG'))
  return { url: `redis://127.0.0.1:${port}`, command, stop: () => child.stop() }
}

/** One command and the beginning of its answer, in Redis' own protocol. */
function redisCommand(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8').setTimeout(5_000)
    socket.once('data', (text) => {
      socket.destroy()
      resolve(String(text))
    })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error('Redis does not answer')))
    socket.write(`${line}\r\n`)
  })
}
