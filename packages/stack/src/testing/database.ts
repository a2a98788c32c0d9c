import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { APP_LOGIN } from '../postgres/roles.ts'
import { onConnection, withDatabase, withLogin } from '../postgres/sql.ts'
import { TEMPLATE, testCluster } from './cluster.ts'

/** A database of one's own, with all migrations applied. */
export interface TestDatabase {
  /** Sign-in of the applications: what it may do is what they may do. */
  url: string
  /** Sign-in of the owner, a superuser. */
  adminUrl: string
  /** Drops it, whoever is still connected. */
  close(): Promise<void>
}

/** A fresh, migrated database: a copy of the run's template. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = await testCluster()
  const name = `test_${randomBytes(8).toString('hex')}`
  await onConnection(cluster.adminUrl, (client) =>
    client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`),
  )
  const adminUrl = withDatabase(cluster.adminUrl, name)
  return {
    adminUrl,
    url: withLogin(adminUrl, APP_LOGIN, cluster.appPassword),
    async close() {
      await onConnection(cluster.adminUrl, async (client) => {
        await untilUnused(client, name)
        await client.query(`drop database if exists ${name} with (force)`)
      })
    },
  }
}

const PATIENCE_MS = 2_000

/**
 * Waits, not for ever, until nobody is connected. A pool that has ended says so before its connections are closed, and
 * one that is thrown out in that moment raises an error nobody listens for.
 */
async function untilUnused(client: Client, name: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const used = await client.query('select from pg_stat_activity where datname = $1 limit 1', [name])
    if (used.rows.length === 0 || Date.now() > until) return
    await sleep(10)
  }
}
