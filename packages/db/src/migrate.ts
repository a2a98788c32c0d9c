import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/** The migrations of this checkout. */
export const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url))

/** A database that these migrations do not fit; the message says why, and what to do. */
export class MigrationRefused extends Error {
  override name = 'MigrationRefused'
  reason: 'edited' | 'newer' | 'failed'

  constructor(reason: MigrationRefused['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

interface Applied {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

// Prisma's own lock and table, so that both may be used on one database, at the same time even.
// https://github.com/prisma/prisma-engines, schema-engine: postgres flavour and migration_persistence
const PRISMA_LOCK = 72707369
const PRISMA_TABLE = `
  create table if not exists public._prisma_migrations (
    id                  varchar(36) primary key,
    checksum            varchar(64) not null,
    finished_at         timestamptz,
    migration_name      varchar(255) not null,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`

/**
 * Brings a database up to the migrations of a directory, in the order of their names, as `prisma migrate deploy` would,
 * with nothing but `pg`. Each is applied together with its record, in one transaction, or not at all. Several at once
 * wait for each other.
 *
 * @param adminUrl Sign-in of the owner, who may create roles and schemas.
 * @returns names of those applied now.
 * @throws MigrationRefused, before anything is changed, when one was edited after it was applied, when the database has
 * some that the directory has not, or when one of Prisma's is recorded as failed; what PostgreSQL says, with the name
 * of the migration, when one fails now.
 */
export async function migrate(
  adminUrl: string,
  { dir = migrationsDir }: { dir?: string } = {},
): Promise<{ applied: string[] }> {
  return withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK])
    // Not by `if not exists` alone, which would say so in a notice at each start.
    if (!(await hasTable(client))) await client.query(PRISMA_TABLE)
    const pending = compare(readMigrations(dir), await readApplied(client))
    for (const migration of pending) await apply(client, migration)
    return { applied: pending.map(({ name }) => name) }
  })
}

/**
 * Names of the migrations that a database lacks, none when it is up to date. Changes nothing; the applications' own
 * sign-in is enough.
 *
 * @throws MigrationRefused as `migrate` does.
 */
export async function pendingMigrations(
  url: string,
  { dir = migrationsDir }: { dir?: string } = {},
): Promise<string[]> {
  return withClient(url, async (client) => {
    const applied = (await hasTable(client)) ? await readApplied(client) : []
    return compare(readMigrations(dir), applied).map(({ name }) => name)
  })
}

/** Names of a directory's migrations, oldest first. The last is the version of the schema that goes with it. */
export function knownMigrations(dir: string = migrationsDir): string[] {
  return readMigrations(dir).map(({ name }) => name)
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const file = readFileSync(join(dir, name, 'migration.sql'))
      const checksum = createHash('sha256').update(file).digest('hex')
      return { name, sql: file.toString('utf8'), checksum }
    })
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    `select migration_name, checksum, finished_at from public._prisma_migrations
      where rolled_back_at is null order by migration_name`,
  )
  return rows
}

function compare(wanted: Migration[], applied: Applied[]): Migration[] {
  const byName = new Map(wanted.map((migration) => [migration.name, migration]))
  for (const { migration_name: name, checksum, finished_at } of applied) {
    const here = byName.get(name)
    if (finished_at === null) {
      throw new MigrationRefused(
        'failed',
        `Migration ${name} is recorded as begun and not finished. Look at what it left, then say so with ` +
          `npx prisma migrate resolve --rolled-back ${name} (or --applied).`,
      )
    }
    if (!here) {
      throw new MigrationRefused(
        'newer',
        `The database has migration ${name}, which this checkout does not know: it was used by a newer version.`,
      )
    }
    if (here.checksum !== checksum) {
      throw new MigrationRefused(
        'edited',
        `Migration ${name} was edited after it was applied to this database. Restore the file, and put the change ` +
          'into a migration of its own.',
      )
    }
  }
  const done = new Set(applied.map(({ migration_name }) => migration_name))
  return wanted.filter(({ name }) => !done.has(name))
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    // Whatever the file sets for itself ends with it: the record is written as the role that signed in.
    await client.query(sql)
    await client.query('reset role')
    await client.query(
      `insert into public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw new Error(`Migration ${name} failed and was rolled back: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

async function hasTable(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ table: string | null }>(
    `select to_regclass('public._prisma_migrations') as table`,
  )
  return rows[0]!.table !== null
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
