import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createPool } from '@rivulet/db'
import { afterAll, expect, test } from 'vitest'
import { person } from '../test/people.ts'
import { TEST_ENV, world } from '../test/world.ts'

const { app, database } = await world()

/** A process of its own takes its time to start, on a busy machine even more. */
const until = <T>(what: () => T) => expect.poll(what, { timeout: 20_000 })

const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** The process as it is deployed, on a free port; resolves when it listens. */
async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    env: { ...TEST_ENV, DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const exited = once(child, 'exit').then(([code]) => code as number)
  await until(() => said).toMatch(/listening at http/)
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ''
  return { child, exited, url, said: () => said }
}

const json = async (answer: Response) => (await answer.json()) as Record<string, unknown>

test('told to stop, it says so, finishes what it was doing, and goes', async () => {
  const alice = await person(app)
  const { child, exited, url } = await start({ SHUTDOWN_DELAY_MS: '3000' })

  // Somebody else holds her row, so her request cannot be answered yet.
  const pool = createPool(database.adminUrl, { max: 2 })
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query('select 1 from members where id = $1 for update', [alice.id])
  const change = fetch(`${url}/v1/me`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ bio: 'written while it was stopping' }),
  })
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await until(async () => (await pool.query(waiting)).rowCount).toBe(1)

  child.kill('SIGTERM')
  await until(async () => (await json(await fetch(`${url}/readyz`))).detail).toBe('This process is stopping.')
  expect((await fetch(`${url}/v1/network`)).status).toBe(200)
  // The delay over, nobody new is let in, and the one inside is still waited for.
  await until(() =>
    fetch(`${url}/livez`).then(
      () => 'open',
      () => 'closed',
    ),
  ).toBe('closed')
  expect(child.exitCode).toBeNull()

  await holder.query('commit')
  holder.release()
  await pool.end()
  const answer = await change
  expect(answer.status).toBe(200)
  expect((await json(answer)).bio).toBe('written while it was stopping')
  expect(await exited).toBe(0)
})

test('it refuses to start on a configuration with a fault, and names it', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    env: { ...TEST_ENV, DATABASE_URL: database.url, SECRET_KEY: 'short' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  started.push(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const [code] = await once(child, 'exit')
  expect(code).not.toBe(0)
  expect(said).toContain('SECRET_KEY')
  expect(said).not.toContain('short')
})

test('what is not HTTP is answered like anything else that cannot be read', async () => {
  const { url, child, exited } = await start({})
  const { connect } = await import('node:net')
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write('not http at all\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += chunk
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
  expect(answer).toContain('"code":"malformed_request"')
  child.kill('SIGINT')
  expect(await exited).toBe(0)
})
