import { createPool } from '@rivulet/db'
import { expect, test } from 'vitest'
import { person } from '../test/people.ts'
import { endWithTheFile, launch, start as startWith, until } from '../test/process.ts'
import { world } from '../test/world.ts'

const { app, database } = await world()
endWithTheFile()

const start = (env: Record<string, string>) => startWith({ DATABASE_URL: database.url, ...env })

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
  const { exited, said } = launch({ DATABASE_URL: database.url, SECRET_KEY: 'short', API_PROCESSES: '65' })
  expect(await exited).toBe(1)
  expect(said()).toContain('SECRET_KEY')
  expect(said()).toContain('API_PROCESSES')
  expect(said()).not.toContain('short')
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
