import { connect, createServer } from 'node:net'
import { createPool, type Pool } from '@rivulet/db'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Person, person } from '../../test/people.ts'
import {
  type Connection,
  connection,
  connectionsToEach,
  endWithTheFile,
  isRunning,
  launch,
  requestsByProcess,
  type Shipped,
  servingPids,
  start as startWith,
  until,
} from '../../test/process.ts'
import { world } from '../../test/world.ts'

/*
 * The API as it is deployed with several processes: started, asked, and ended in every way a process can be.
 */

const { app, database } = await world()
endWithTheFile()

let pool: Pool
let alice: Person
let bob: Person
beforeAll(async () => {
  pool = createPool(database.adminUrl, { max: 3 })
  alice = await person(app)
  bob = await person(app)
})
afterAll(() => pool?.end())

let opened: Connection[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

async function start(processes: number, env: Record<string, string> = {}) {
  const api = await startWith({ DATABASE_URL: database.url, API_PROCESSES: String(processes), ...env })
  opened = await connectionsToEach(api.url, processes)
  return { ...api, connections: opened, pids: servingPids(api) }
}

const nobodyIsLeft = (api: Shipped, pids: number[]) =>
  until(() => [api.child.pid as number, ...pids].filter(isRunning)).toEqual([])

/** Somebody else holds the rows of these members, so that a change of their profiles cannot be answered yet. */
async function held(members: Person[]) {
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query('select 1 from members where id = any($1) for update', [members.map(({ id }) => id)])
  return async () => {
    await holder.query('commit')
    holder.release()
  }
}

const changesWaiting = () =>
  until(async () => {
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    return (await pool.query(waiting)).rowCount
  })

const changeBio = (through: Connection, who: Person, bio: string) =>
  through.send('PATCH', '/v1/me', { token: who.token, json: { bio } })

const isClosed = (url: string) =>
  fetch(`${url}/livez`).then(
    () => false,
    () => true,
  )

test('what is done through one process is seen through the others, one that is killed is replaced, and metrics tell them apart', async () => {
  const api = await start(3)
  const [one, two, three] = api.connections as [Connection, Connection, Connection]
  expect(new Set(api.pids).size).toBe(3)

  const post = await alice.post('/v1/posts', { kind: 'note', text: 'One of us has it, all of us do.' })
  const path = `/v1/posts/${post.body.id}`
  expect((await one.send('PUT', `${path}/like`, { token: bob.token })).body.likes).toBe(1)
  expect((await two.send('GET', path)).body.counts.likes).toBe(1)
  expect((await three.send('DELETE', `${path}/like`, { token: bob.token })).body.likes).toBe(0)
  expect((await one.send('GET', path)).body.counts.likes).toBe(0)

  // Each answers for all, and each request is counted where it was answered.
  const page = (await two.send('GET', '/metrics')).text
  expect(requestsByProcess(page, '/v1/posts/:id')).toEqual({ '1': 1, '2': 1 })
  const lines = page.trim().split('\n')
  expect(lines.filter((line) => line.startsWith('process_resident_memory_bytes{'))).toHaveLength(3)
  expect(lines.filter((line) => line === '# TYPE process_resident_memory_bytes gauge')).toHaveLength(1)

  // One that does not answer keeps nobody from the metrics of the others.
  const stopped = api.pids[2] as number
  process.kill(stopped, 'SIGSTOP')
  const withoutThree = (await one.send('GET', '/metrics')).text
  expect(processesIn(withoutThree)).toEqual(['1', '2'])
  process.kill(stopped, 'SIGKILL')

  await until(() => servingPids(api).length).toBe(4)
  expect(api.log().filter(({ msg }) => msg === 'a process ended, replacing it')).toMatchObject([
    { process: 3, itsPid: stopped, signal: 'SIGKILL', pid: api.child.pid },
  ])
  expect((await one.send('GET', '/livez')).status).toBe(200)
  await until(async () => processesIn((await one.send('GET', '/metrics')).text)).toEqual(['1', '2', '3'])

  // One alone is asked to end: it does so in good order, and is replaced as well.
  process.kill(api.pids[0] as number, 'SIGTERM')
  await until(() => servingPids(api).length).toBe(5)
  expect(
    api.log().filter(({ msg, process }) => msg.startsWith('a process ended') && process === 1),
  ).toMatchObject([{ itsPid: api.pids[0], code: 0, signal: null }])
  expect((await two.send('GET', '/readyz')).body.detail).not.toMatch(/stopping|listen/)

  const pids = servingPids(api)
  api.child.kill('SIGTERM')
  expect(await api.exited).toBe(0)
  await nobodyIsLeft(api, pids)
})

test('a Ctrl-C that reaches all of them at once ends each when it has answered, and then the primary', async () => {
  const api = await start(2, { SHUTDOWN_DELAY_MS: '2000' })
  const [one, two] = api.connections as [Connection, Connection]
  const release = await held([alice, bob])
  const changes = [changeBio(one, alice, 'through one'), changeBio(two, bob, 'through two')]
  await changesWaiting().toBe(2)

  // To the process group, as a terminal does.
  process.kill(-(api.child.pid as number), 'SIGINT')
  const readiness = async () =>
    ((await (await fetch(`${api.url}/readyz`)).json()) as { detail: string }).detail
  await until(readiness).toBe('This process is stopping.')
  await until(() => isClosed(api.url)).toBe(true)
  expect([api.child.pid as number, ...api.pids].map(isRunning)).toEqual([true, true, true])

  await release()
  const answers = await Promise.all(changes)
  expect(answers.map(({ status, body }) => [status, body.bio])).toEqual([
    [200, 'through one'],
    [200, 'through two'],
  ])
  expect(await api.exited).toBe(0)
  await nobodyIsLeft(api, api.pids)
})

test('when the primary is killed the others answer what they were asked, leave, and the port is free', async () => {
  const api = await start(2)
  const [one] = api.connections as [Connection]
  const release = await held([alice])
  const change = changeBio(one, alice, 'and still answered')
  await changesWaiting().toBe(1)
  api.child.kill('SIGKILL')
  await until(() => isClosed(api.url)).toBe(true)
  await release()
  const answer = await change
  expect([answer.status, answer.body.bio]).toEqual([200, 'and still answered'])
  await nobodyIsLeft(api, api.pids)

  const again = createServer()
  await new Promise<void>((resolve, reject) => {
    again.once('error', reject).listen(Number(new URL(api.url).port), '127.0.0.1', resolve)
  })
  again.close()
})

test('one that is stuck does not keep the primary from ending when it is asked again', async () => {
  const api = await start(2)
  process.kill(api.pids[0] as number, 'SIGSTOP')
  await until(() => {
    api.child.kill('SIGTERM')
    return api.child.exitCode
  }).toBe(1)
  await nobodyIsLeft(api, api.pids)
})

test('a taken port, and a configuration with a fault, are said once and end it', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const faults: [Record<string, string>, RegExp][] = [
    [{ PORT: String(port) }, /Error: .*EADDRINUSE/g],
    [{ SECRET_KEY: 'short' }, /Error: bad configuration/g],
  ]
  for (const [env, fault] of faults) {
    const api = launch({ DATABASE_URL: database.url, API_PROCESSES: '4', ...env })
    expect(await api.exited).toBe(1)
    expect(api.said().match(fault)).toHaveLength(1)
    expect(api.log().map(({ msg }) => msg)).toContain('a process could not start, stopping')
    const ended = api.log().flatMap(({ itsPid }) => (itsPid as number | undefined) ?? [])
    expect(ended).toHaveLength(1)
    await nobodyIsLeft(api, ended)
  }
  taken.close()
})

test('what a member asks of one process counts with the others', async () => {
  const api = await start(3)
  const carol = await person(app)
  const left = async (through: Connection) => {
    const { headers } = await through.send('GET', '/v1/me', { token: carol.token })
    return Number(/"member";r=(\d+)/.exec(String(headers.ratelimit))?.[1])
  }
  // All she asks goes through one connection, so to one process. The others are asked so little that by themselves they
  // would know of a full bucket, 1,000.
  const many = pipeline(
    api.url,
    `GET /v1/me HTTP/1.1\r\nhost: api\r\nauthorization: Bearer ${carol.token}\r\n\r\n`,
  )
  await until(async () => {
    await many.send(300)
    const all = await Promise.all(api.connections.map(left))
    return all.filter((one) => one < 950).length
  }).toBe(3)
  many.close()
  api.child.kill('SIGTERM')
  expect(await api.exited).toBe(0)
})

/** A connection on which requests do not wait for each other. */
function pipeline(url: string, request: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let text = ''
  let sent = 0
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return {
    async send(times: number) {
      sent += times
      socket.write(request.repeat(times))
      await until(() => text.split('HTTP/1.1 ').length - 1).toBe(sent)
    },
    close: () => socket.destroy(),
  }
}

function processesIn(page: string): string[] {
  return [...page.matchAll(/^process_start_time_seconds\{process="(\d+)"\}/gm)]
    .map(([, number]) => number as string)
    .sort()
}

test('connections fill the first process while it can cope; when it is lost, the next takes them', async () => {
  const api = await startWith({ DATABASE_URL: database.url, API_PROCESSES: '3', API_BALANCE: 'fill' })
  async function whoAnswers(): Promise<string[]> {
    const several = Array.from({ length: 6 }, () => connection(api.url))
    opened.push(...several)
    const answerers: string[] = []
    for (const one of several) answerers.push(await one.process())
    return [...new Set(answerers)]
  }
  await until(whoAnswers).toEqual(['1'])

  const [first] = servingPids(api)
  process.kill(first as number, 'SIGKILL')
  await until(() => servingPids(api).length).toBe(4)
  // It is the first again that takes what comes now.
  await until(whoAnswers).toEqual(['1'])
  const pids = servingPids(api)
  api.child.kill('SIGTERM')
  expect(await api.exited).toBe(0)
  await nobodyIsLeft(api, pids)
})
