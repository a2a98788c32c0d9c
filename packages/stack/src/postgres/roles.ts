import { escapeIdentifier, escapeLiteral } from 'pg'
import { onConnection } from './sql.ts'

/** The group role that migrations make and grant to: what applications may do. */
export const APP_GROUP = 'rivulet_app'

/** The role that the embedded stack's applications sign in as. */
export const APP_LOGIN = 'rivulet'

/** Makes the applications' sign-in, or sets its password, and puts it in their group. After the migrations. */
export async function ensureLogin(adminUrl: string, password: string): Promise<void> {
  const role = escapeIdentifier(APP_LOGIN)
  await onConnection(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [APP_LOGIN])
    if (rowCount === 0) await client.query(`create role ${role} login`)
    await client.query(`alter role ${role} login password ${escapeLiteral(password)}`)
    await client.query(`grant ${escapeIdentifier(APP_GROUP)} to ${role}`)
  })
}

/** Makes a database unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  await onConnection(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`)
  })
}
