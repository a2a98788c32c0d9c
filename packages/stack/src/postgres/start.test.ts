import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { isRunning } from '../processes/identity.ts'
import { temporaryFolder } from '../testing/temporary.ts'
import { onConnection } from './sql.ts'
import { type Postgres, startPostgres } from './start.ts'

let running: Postgres | null = null
let dir = ''

/** A cluster that was made, started and stopped, to be copied: to make one takes longer than all else here. */
const made = temporaryFolder('postgres')
beforeAll(async () => {
  await (await startPostgres({ dir: made, durable: false })).stop()
})

/** A folder with a copy of that cluster. */
function copy(): string {
  const folder = temporaryFolder('postgres')
  execFileSync('cp', ['-a', join(made, 'data'), join(made, 'password'), folder])
  return folder
}

async function start(durable = false) {
  dir ||= durable ? temporaryFolder('postgres') : copy()
  running = await startPostgres({ dir, durable })
  return running
}

afterAll(() => rmSync(made, { recursive: true }))
afterEach(async () => {
  await running?.stop()
  if (dir) rmSync(dir, { recursive: true, force: true })
  running = null
  dir = ''
})

const one = (url: string, sql: string) =>
  onConnection(url, async (client) => (await client.query(sql)).rows[0])

test('data is there again after a stop, and after a kill', async () => {
  const first = await start(true)
  await onConnection(first.adminUrl, (client) => client.query('create table note (text text)'))
  await onConnection(first.adminUrl, (client) => client.query(`insert into note values ('before the stop')`))
  expect(await first.stop()).toBe('ended')
  expect(isRunning({ pid: first.pid, startedAt: null })).toBe(false)

  const second = await start(true)
  await onConnection(second.adminUrl, (client) => client.query(`insert into note values ('before the kill')`))
  await second.kill()

  const third = await start(true)
  expect(await one(third.adminUrl, 'select count(*)::int as n from note')).toEqual({ n: 2 })
})

test('a lock file that names another living program does not hinder the start', async () => {
  const first = await start()
  const lockFile = join(dir, 'data/postmaster.pid')
  const lock = readFileSync(lockFile, 'utf8')
  await first.stop()
  writeFileSync(lockFile, lock.replace(/^\d+/, String(process.pid)))

  const second = await start()
  expect(await one(second.adminUrl, 'select 1 as one')).toEqual({ one: 1 })
})

test('durable means what PostgreSQL means by it, and only a wish for less turns it off', async () => {
  const settings = `select current_setting('fsync') || current_setting('synchronous_commit')
    || current_setting('full_page_writes') as on_or_off`
  expect(await one((await start(true)).adminUrl, settings)).toEqual({ on_or_off: 'ononon' })
  await running!.stop()
  expect(await one((await start(false)).adminUrl, settings)).toEqual({ on_or_off: 'offoffoff' })
})

test('a setting is the server’s for that start, and opens no door', async () => {
  dir = copy()
  const settings = { shared_buffers: '16MB', listen_addresses: '0.0.0.0' }
  running = await startPostgres({ dir, durable: false, settings })
  expect(await one(running.adminUrl, 'show shared_buffers')).toEqual({ shared_buffers: '16MB' })
  expect(await one(running.adminUrl, 'show listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' })
  await running.stop()
  expect(await one((await start()).adminUrl, 'show shared_buffers')).toEqual({ shared_buffers: '128MB' })
})

test('nobody gets in without the password, and only over the loopback address', async () => {
  const { adminUrl } = await start()
  const guessed = new URL(adminUrl)
  guessed.password = 'postgres'
  await expect(onConnection(guessed.toString(), async () => {})).rejects.toThrow(
    /password authentication failed/,
  )
  expect(await one(adminUrl, 'show listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' })
  expect(await one(adminUrl, 'show unix_socket_directories')).toEqual({ unix_socket_directories: '' })
  expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
})

test('a server that somebody left running on the data is stopped first', async () => {
  const first = await start()
  const second = await startPostgres({ dir, durable: false })
  running = second
  expect(await first.exited).toEqual({ code: 0, signal: null })
  expect(await one(second.adminUrl, 'select 1 as one')).toEqual({ one: 1 })
})

test('two clusters live side by side', async () => {
  const first = await start()
  const other = copy()
  const second = await startPostgres({ dir: other, durable: false })
  expect(second.port).not.toBe(first.port)
  await second.stop()
  rmSync(other, { recursive: true })
})

test('a folder that only its owner may enter is no hindrance, for root neither', async () => {
  dir = temporaryFolder('private')
  const inside = join(dir, 'home')
  mkdirSync(inside)
  chmodSync(dir, 0o700)
  running = await startPostgres({ dir: inside, durable: false })
  expect(await one(running.adminUrl, 'select 1 as one')).toEqual({ one: 1 })
})
