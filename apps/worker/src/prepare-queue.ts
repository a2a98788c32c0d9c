import { DEFAULT_SCHEMA, runMigrations } from 'bullmq'
import pg from 'pg'

/**
 * Makes the queue's tables in the database, for when there is no Redis, and lets the application use them. Repeatable.
 *
 * @param adminUrl of a role that may create a schema
 * @param appRole the role, or group of roles, that the applications sign in with
 */
export async function prepareQueue(adminUrl: string, appRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await runMigrations(client)
    const [schema, role] = [DEFAULT_SCHEMA, appRole].map((name) => client.escapeIdentifier(name))
    await client.query(`grant usage on schema ${schema} to ${role}`)
    await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`)
    await client.query(`grant usage on all sequences in schema ${schema} to ${role}`)
    await client.query(`grant execute on all functions in schema ${schema} to ${role}`)
  } finally {
    await client.end()
  }
}
