import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { migrate } from '@rivulet/db/migrate'
import {
  APP_LOGIN,
  ensureDatabase,
  ensureLogin,
  keepFolder,
  onConnection,
  startPostgres,
  temporaryFolder,
  withDatabase,
  withLogin,
} from '@rivulet/stack'

/** A migrated database that a round has for itself. */
export interface BenchDatabase {
  /** Sign-in of the applications. */
  url: string
  /** Sign-in of the owner, a superuser. */
  adminUrl: string
}

/** A durable PostgreSQL of the benchmark's own. */
export interface BenchServer {
  /** What the rounds' databases are copies of: seed it before the first. */
  template: BenchDatabase
  /** Sign-in of the superuser, database `postgres`. */
  adminUrl: string
  /** A fresh copy of the template. */
  copy(): Promise<BenchDatabase>
  drop(database: BenchDatabase): Promise<void>
  /** Writes out what is dirty, so that no cell pays for the cell before it, or has its checkpoint. */
  checkpoint(): Promise<void>
  stop(): Promise<void>
}

const TEMPLATE = 'bench_template'

/** Memory and room for the write-ahead log as a server of some size has them; nothing that touches durability. */
const settings = { shared_buffers: '1GB', max_wal_size: '4GB', min_wal_size: '4GB' }

// A server that has run for a while has what it uses in memory.
const PREWARM = `
  create extension pg_prewarm;
  select sum(pg_prewarm(oid)) from pg_class
  where relkind in ('r', 'i') and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')`

/** Starts PostgreSQL in a temporary folder, durable, and migrates the template. */
export async function startServer(): Promise<BenchServer> {
  const dir = temporaryFolder('bench')
  const { adminUrl, stop } = await startPostgres({ dir, settings })
  const password = randomBytes(12).toString('base64url')
  const named = (name: string): BenchDatabase => {
    const url = withDatabase(adminUrl, name)
    return { adminUrl: url, url: withLogin(url, APP_LOGIN, password) }
  }
  await ensureDatabase(adminUrl, TEMPLATE)
  await migrate(named(TEMPLATE).adminUrl)
  await ensureLogin(adminUrl, password)
  let copies = 0
  return {
    adminUrl,
    template: named(TEMPLATE),
    async copy() {
      const database = named(`bench_${++copies}`)
      const name = new URL(database.adminUrl).pathname.slice(1)
      await onConnection(adminUrl, (client) =>
        client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`),
      )
      await onConnection(database.adminUrl, (client) => client.query(PREWARM))
      return database
    },
    async drop(database) {
      const name = new URL(database.adminUrl).pathname.slice(1)
      await onConnection(adminUrl, (client) => client.query(`drop database ${name} with (force)`))
    },
    async checkpoint() {
      await onConnection(adminUrl, (client) => client.query('checkpoint'))
    },
    async stop() {
      await stop()
      rmSync(dir, { recursive: true, force: true })
      keepFolder(dir)
    },
  }
}
