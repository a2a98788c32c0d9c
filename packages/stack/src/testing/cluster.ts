import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { migrate } from '@rivulet/db/migrate'
import { ensureDatabase, ensureLogin } from '../postgres/roles.ts'
import { onConnection, withDatabase } from '../postgres/sql.ts'
import { startPostgres } from '../postgres/start.ts'
import { keepFolder } from '../processes/guardian.ts'
import { temporaryFolder } from './temporary.ts'

/** A cluster for tests, with a migrated database to copy. */
export interface TestCluster {
  adminUrl: string
  appPassword: string
}

export const TEMPLATE = 'rivulet_template'

/** How test processes find the cluster of their run. */
export const CLUSTER_VARIABLE = 'RIVULET_TEST_CLUSTER'

/** Starts a cluster that forgets on a power cut, and migrates its template. */
export async function startTestCluster(): Promise<TestCluster & { stop(): Promise<void> }> {
  const dir = temporaryFolder('test')
  const postgres = await startPostgres({ dir, durable: false })
  const appPassword = randomBytes(12).toString('base64url')
  await ensureDatabase(postgres.adminUrl, TEMPLATE)
  await migrate(withDatabase(postgres.adminUrl, TEMPLATE))
  await ensureLogin(postgres.adminUrl, appPassword)
  // Nobody signs in to it any more: a database in use cannot be copied.
  await onConnection(postgres.adminUrl, (client) =>
    client.query(`alter database ${TEMPLATE} with allow_connections false is_template true`),
  )
  return {
    adminUrl: postgres.adminUrl,
    appPassword,
    async stop() {
      await postgres.stop()
      rmSync(dir, { recursive: true, force: true })
      keepFolder(dir)
    },
  }
}

let own: Promise<TestCluster> | null = null

/** The cluster of the run; without a run, one for this process, which ends with it. */
export function testCluster(): Promise<TestCluster> {
  const given = process.env[CLUSTER_VARIABLE]
  if (given) return Promise.resolve(JSON.parse(given) as TestCluster)
  own ??= startTestCluster()
  return own
}
