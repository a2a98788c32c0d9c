import { pendingMigrations } from '@rivulet/db/migrate'
import {
  APP_LOGIN,
  ensureDatabase,
  ensureLogin,
  type Postgres,
  StartRefused,
  withDatabase,
  withLogin,
} from '@rivulet/stack'
import { prepareDatabase } from '../migrate.ts'
import type { Environment } from './environment.ts'

/** A database ready for the applications. */
export interface DatabaseInUse {
  /** The applications' own sign-in. */
  url: string
  /** The owner's. */
  adminUrl: string
}

const NAME = 'rivulet'

/**
 * A database of the caller's own, as the environment names it; null: the embedded one is wanted. Nothing is applied to
 * it without being asked for.
 *
 * @throws StartRefused when migrations are missing; MigrationRefused when it does not fit.
 */
export async function databaseGiven(given: Environment): Promise<DatabaseInUse | null> {
  if (!given.DATABASE_URL) return null
  const lacking = await pendingMigrations(given.DATABASE_URL)
  if (lacking.length > 0) {
    throw new StartRefused(
      `The database that DATABASE_URL names lacks ${lacking.join(', ')}: run npm run db:migrate with ` +
        'MIGRATION_DATABASE_URL set to the sign-in of its owner.',
    )
  }
  return { url: given.DATABASE_URL, adminUrl: given.MIGRATION_DATABASE_URL || given.DATABASE_URL }
}

/** Brings a home's database up to date and lets the applications sign in. */
export async function prepareEmbedded(postgres: Postgres, password: string): Promise<DatabaseInUse> {
  await ensureDatabase(postgres.adminUrl, NAME)
  const adminUrl = withDatabase(postgres.adminUrl, NAME)
  await prepareDatabase(adminUrl)
  await ensureLogin(adminUrl, password)
  return { adminUrl, url: withLogin(adminUrl, APP_LOGIN, password) }
}
