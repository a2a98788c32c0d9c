import { createPool } from '@rivulet/db'
import { declareRules } from '@rivulet/economy'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import type { FastifyInstance } from 'fastify'
import { afterAll } from 'vitest'
import { buildApp } from '../src/app.ts'
import { configFrom } from '../src/config.ts'
import { closeDeps, createDeps, type Deps } from '../src/deps.ts'
import type { Limits } from '../src/rate-limit/limits.ts'

/** An environment without a chain: calls that need none must not ask for one. */
export const TEST_ENV = {
  CHAIN_RPC_URL: 'http://127.0.0.1:9',
  CHAIN_ID: '31337',
  VAULT_ADDRESS: `0x${'11'.repeat(20)}`,
  TOKEN_ADDRESS: `0x${'22'.repeat(20)}`,
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  PUBLIC_URL: 'https://rivulet.test',
  LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
}

export type World = { app: FastifyInstance; deps: Deps; database: TestDatabase }

/** The API over a database of its own, as the app's own role; both are gone when the test file is done. */
export async function world(
  env: Record<string, string> = {},
  { limits, now }: { limits?: Limits; now?: () => number } = {},
): Promise<World> {
  const database = await testDatabase()
  const deps = {
    ...createDeps(configFrom({ ...TEST_ENV, DATABASE_URL: database.url, ...env })),
    ...(now ? { now } : {}),
  }
  // Unless it is to stand there without a database.
  if (env.DATABASE_URL === undefined) await declareRules(deps.db.pool, deps.rules)
  const app = await buildApp(deps, limits ? { limits } : {})
  afterAll(async () => {
    await app.close()
    await closeDeps(deps)
    await database.close()
  })
  return { app, deps, database }
}

/** Runs a statement as the owner of a test's database. */
export async function asOwner(adminUrl: string, sql: string): Promise<void> {
  const pool = createPool(adminUrl, { max: 1 })
  await pool.query(sql).finally(() => pool.end())
}
