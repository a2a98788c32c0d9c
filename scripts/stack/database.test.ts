import { randomBytes } from 'node:crypto'
import { onConnection, StartRefused, testDatabase, withDatabase } from '@rivulet/stack'
import { afterEach, expect, test } from 'vitest'
import { databaseGiven } from './database.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('without DATABASE_URL the embedded one is wanted', async () => {
  expect(await databaseGiven({})).toBeNull()
  expect(await databaseGiven({ DATABASE_URL: '' })).toBeNull()
})

test('a database of one’s own is taken when it is up to date, looked at with the applications’ own sign-in', async () => {
  const { url, adminUrl, close } = await testDatabase()
  closing.push(close)
  expect(await databaseGiven({ DATABASE_URL: url })).toEqual({ url, adminUrl: url })
  expect(await databaseGiven({ DATABASE_URL: url, MIGRATION_DATABASE_URL: adminUrl })).toEqual({
    url,
    adminUrl,
  })
})

test('one that lacks migrations is refused with what to run, and left as it is', async () => {
  const { adminUrl, close } = await testDatabase()
  closing.push(close)
  const name = `empty_${randomBytes(6).toString('hex')}`
  await onConnection(adminUrl, (client) => client.query(`create database ${name}`))
  closing.unshift(() =>
    onConnection(adminUrl, (client) => client.query(`drop database ${name} with (force)`)),
  )
  const url = withDatabase(adminUrl, name)

  const refusal = await databaseGiven({ DATABASE_URL: url }).catch((error) => error)
  expect(refusal).toBeInstanceOf(StartRefused)
  expect(refusal.message).toMatch(/20261122000000_ledger.*npm run db:migrate/s)
  const tables = await onConnection(url, async (client) => {
    const { rows } = await client.query(
      `select count(*)::int as n from pg_tables where schemaname in ('public', 'ledger')`,
    )
    return rows[0].n
  })
  expect(tables).toBe(0)
})
