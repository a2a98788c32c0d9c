import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  knownMigrations,
  MigrationRefused,
  migrate,
  migrationsDir,
  pendingMigrations,
} from '@rivulet/db/migrate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testCluster } from '../testing/cluster.ts'
import { temporaryFolder } from '../testing/temporary.ts'
import { onConnection, withDatabase } from './sql.ts'

let dir = ''
let url = ''
let name = ''

beforeEach(async () => {
  const { adminUrl } = await testCluster()
  name = `migrate_${randomBytes(6).toString('hex')}`
  await onConnection(adminUrl, (client) => client.query(`create database ${name}`))
  url = withDatabase(adminUrl, name)
  dir = temporaryFolder('migrations')
})
afterEach(async () => {
  await onConnection((await testCluster()).adminUrl, (client) =>
    client.query(`drop database ${name} with (force)`),
  )
  rmSync(dir, { recursive: true })
})

function write(migration: string, sql: string) {
  mkdirSync(join(dir, migration), { recursive: true })
  writeFileSync(join(dir, migration, 'migration.sql'), sql)
}
const rows = (sql: string) => onConnection(url, async (client) => (await client.query(sql)).rows)

test('applies what is new, in order of names, once', async () => {
  write('2_fill', `insert into words values ('second')`)
  write('1_words', 'create table words (word text)')
  expect(await pendingMigrations(url, { dir })).toEqual(['1_words', '2_fill'])
  expect(await migrate(url, { dir })).toEqual({ applied: ['1_words', '2_fill'] })
  expect(await migrate(url, { dir })).toEqual({ applied: [] })

  write('3_more', `insert into words values ('third')`)
  expect(await migrate(url, { dir })).toEqual({ applied: ['3_more'] })
  expect(await rows('select word from words')).toEqual([{ word: 'second' }, { word: 'third' }])
  expect(await pendingMigrations(url, { dir })).toEqual([])
  expect(knownMigrations(dir)).toEqual(['1_words', '2_fill', '3_more'])
})

test('six at once: one applies, the others find it done', async () => {
  write('1_words', 'create table words (word text)')
  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(url, { dir })))
  expect(applied.flatMap((one) => one.applied)).toEqual(['1_words'])
})

test('a migration that fails leaves nothing, not even a record, and those before it stand', async () => {
  write('1_words', 'create table words (word text)')
  write('2_broken', `insert into words values ('half'); create table words (word text)`)
  await expect(migrate(url, { dir })).rejects.toThrow(/2_broken failed and was rolled back: .*already exists/)
  expect(await rows('select * from words')).toEqual([])
  write('2_broken', `insert into words values ('whole')`)
  expect(await migrate(url, { dir })).toEqual({ applied: ['2_broken'] })
})

test('an edited migration is refused, and nothing after it is applied', async () => {
  write('1_words', 'create table words (word text)')
  await migrate(url, { dir })
  write('1_words', 'create table words (word text not null)')
  write('2_fill', `insert into words values ('never')`)
  const refusal = await migrate(url, { dir }).catch((error) => error)
  expect(refusal).toBeInstanceOf(MigrationRefused)
  expect(refusal.reason).toBe('edited')
  expect(refusal.message).toMatch(/1_words was edited/)
  expect(await rows('select * from words')).toEqual([])
})

test('a database that a newer version has used is refused', async () => {
  write('1_words', 'create table words (word text)')
  write('2_future', 'create table later ()')
  await migrate(url, { dir })
  rmSync(join(dir, '2_future'), { recursive: true })
  await expect(migrate(url, { dir })).rejects.toMatchObject({ reason: 'newer' })
  await expect(pendingMigrations(url, { dir })).rejects.toMatchObject({ reason: 'newer' })
})

test('one that Prisma left unfinished is refused', async () => {
  write('1_words', 'create table words (word text)')
  await migrate(url, { dir })
  await rows('update _prisma_migrations set finished_at = null')
  await expect(migrate(url, { dir })).rejects.toMatchObject({ reason: 'failed' })
})

test('the migrations of this project apply, and Prisma takes the records for its own', async () => {
  cpSync(migrationsDir, dir, { recursive: true })
  expect(await migrate(url, { dir })).toEqual({ applied: knownMigrations() })

  const root = join(migrationsDir, '../..')
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/.bin/prisma'),
    ['migrate', 'status'],
    {
      cwd: root,
      env: { ...process.env, DATABASE_URL: url, MIGRATION_DATABASE_URL: url },
    },
  )
  expect(stdout).toMatch(/Database schema is up to date/)
})
