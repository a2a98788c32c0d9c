import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, onConnection, person, readBlock } from '@rivulet/stack'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

/*
 * The command as it is used: started as a process, stopped in every way a process can be, and looked for afterwards.
 */

const root = fileURLToPath(new URL('..', import.meta.url))

let home = ''
let port = 0
let chainPort = 0
let runs: ChildProcess[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'rivulet-start-'))
  port = await freePort()
  chainPort = await freePort()
})
afterEach(async () => {
  for (const run of runs) if (run.exitCode === null) run.kill('SIGKILL')
  runs = []
  await nothingRuns()
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Run {
  process: ChildProcess
  output(): string
  exited: Promise<number | null>
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Run {
  const { npm_lifecycle_event: _, ...outer } = process.env
  const started = spawn(command, args, {
    cwd: root,
    env: { ...outer, RIVULET_HOME: home, PORT: String(port), CHAIN_PORT: String(chainPort), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  runs.push(started)
  let output = ''
  for (const stream of [started.stdout!, started.stderr!]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return { process: started, output: () => output, exited: once(started, 'exit').then(([code]) => code) }
}

/** Without the town, which only one of these tests is about. */
const node = (args: string[] = [], env: NodeJS.ProcessEnv = {}) => withTown(['--empty', ...args], env)

const withTown = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, ['scripts/start.ts', ...args], env)

async function ready(started: Run): Promise<Run> {
  await expect
    .poll(() => started.output() + (started.process.exitCode ?? ''), { timeout: 60_000 })
    .toMatch(/ready after|\d$/)
  expect(started.output()).toMatch(/ready after/)
  return started
}

/** Processes of the stack under test: they work in its home, or were told of it. */
function running(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => belongs(pid))
    .map((pid) => `${pid} ${readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
}

function belongs(pid: string): boolean {
  if (runs.some((one) => one.pid === Number(pid)) || / Z /.test(readOr(`/proc/${pid}/stat`))) return false
  return (
    workingDirectory(pid).startsWith(home) ||
    readOr(`/proc/${pid}/cmdline`).includes(home) ||
    readOr(`/proc/${pid}/environ`).includes(`RIVULET_HOME=${home}`)
  )
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const nothingRuns = () => expect.poll(running, { timeout: 45_000 }).toEqual([])

const url = () => `http://127.0.0.1:${port}`
const rpcUrl = () => `http://127.0.0.1:${chainPort}`

test('is ready in less than 15 s, a town moves in behind that, and Ctrl-C leaves nothing running', {
  timeout: 240_000,
}, async () => {
  const began = performance.now()
  const started = await ready(withTown())
  // A figure for a machine that has time for it: not for one with a queue of twice its cores.
  const isBusy = loadavg()[0]! > 2 * availableParallelism()
  if (!isBusy) expect(performance.now() - began).toBeLessThan(15_000)
  // PostgreSQL with its own, the chain, the API, the worker, the guardian: what is looked for below is there to be found.
  expect(running().length).toBeGreaterThanOrEqual(5)
  expect((await fetch(`${url()}/readyz`)).status).toBe(200)
  await expect.poll(started.output, { timeout: 180_000 }).toMatch(/demo town is (there|not)/)
  expect(started.output()).toMatch(/demo town is there: 10 members .* made up/)

  started.process.kill('SIGINT')
  expect(await started.exited).toBe(0)
  expect(started.output()).toMatch(/stopped\n$/)
  await nothingRuns()
})

test('killed as hard as can be it leaves nothing running; the next start finds everything, brings back an application that is killed, and SIGTERM stops all in good order', async () => {
  const first = await ready(node())
  const alice = await person('alice').signIn(url())
  const post = await alice.posts('I was here')
  await alice.faucet()
  const block = (await readBlock(rpcUrl(), 'finalized'))!
  first.process.kill('SIGKILL')
  await nothingRuns()

  const next = await ready(node())
  const again = await person('alice').signIn(url())
  expect(again.id).toBe(alice.id)
  expect((await again.call<{ text: string }>('GET', `/v1/posts/${post.id}`)).body.text).toBe('I was here')
  expect(await again.balanceOnChain()).toBe(100_000_000n)
  expect((await readBlock(rpcUrl(), block.number))!.hash).toBe(block.hash)

  process.kill(holding('api').pid, 'SIGKILL')
  await expect.poll(next.output, { timeout: 10_000 }).toMatch(/the api ended \(SIGKILL\), starting it again/)
  const status = () =>
    fetch(`${url()}/readyz`).then(
      (response) => response.status,
      () => 0,
    )
  await expect.poll(status, { timeout: 20_000 }).toBe(200)
  next.process.kill('SIGTERM')
  expect(await next.exited).toBe(0)
  await nothingRuns()
})

test('several API processes are started, and none is left over, also when one is stuck and all who knew of it are killed', async () => {
  const first = await ready(node(['--api', '3']))
  expect(childrenOf(holding('api').pid)).toHaveLength(3)
  expect((await fetch(`${url()}/readyz`)).status).toBe(200)
  first.process.kill('SIGINT')
  expect(await first.exited).toBe(0)
  await nothingRuns()

  const second = await ready(node([], { API_PROCESSES: '2' }))
  const primary = holding('api').pid
  const [stuck] = childrenOf(primary) as [number, number]
  process.kill(stuck, 'SIGSTOP')
  second.process.kill('SIGKILL')
  process.kill(primary, 'SIGKILL')
  await nothingRuns()
})

test('a second start on the same home, and a start on a taken port, are told so', async () => {
  const first = await ready(node())
  const second = node()
  expect(await second.exited).toBe(1)
  expect(second.output()).toMatch(/runs there already \(process \d+\)/)

  const elsewhere = { RIVULET_HOME: join(home, '..', `${home}-2`) }
  const third = node([], elsewhere)
  expect(await third.exited).toBe(1)
  expect(third.output()).toMatch(new RegExp(`Port ${port} .* PORT=`))
  const fourth = node([], { ...elsewhere, PORT: String(await freePort()) })
  expect(await fourth.exited).toBe(1)
  expect(fourth.output()).toMatch(new RegExp(`Port ${chainPort} .* CHAIN_PORT=`))
  rmSync(elsewhere.RIVULET_HOME, { recursive: true })

  // And the first one, without its database, does not go on.
  process.kill(holding('postgres').pid, 'SIGKILL')
  expect(await first.exited).toBe(1)
  expect(first.output()).toMatch(/postgres ended \(SIGKILL\), stopping/)
})

test('a chain behind the books is refused by name of the way out, and the way out works; npm killed leaves nothing running', {
  timeout: 180_000,
}, async () => {
  const state = join(home, 'chain/state.json.gz')
  const older = join(home, 'chain/older.json.gz')
  const first = await ready(node())
  await expect.poll(() => existsSync(state), { timeout: 10_000 }).toBe(true)
  copyFileSync(state, older)
  // Empty blocks would come again exactly as they were, and the chain would be the one in the books.
  const alice = await person('alice').signIn(url())
  await alice.faucet()
  const { number } = (await readBlock(rpcUrl(), 'latest'))!
  await expect.poll(bookedUpTo, { timeout: 60_000 }).toBeGreaterThanOrEqual(number)
  first.process.kill('SIGINT')
  await first.exited
  rmSync(join(home, 'chain/exit.json'))
  copyFileSync(older, state)

  const refused = node()
  expect(await refused.exited).toBe(1)
  expect(refused.output()).toMatch(/chain is behind the books.*npm start -- --reset/s)
  await nothingRuns()

  const npm = await ready(run('npm', ['start', '--', '--reset', '--empty']))
  const latest = (await (await fetch(`${url()}/v1/feeds/latest`)).json()) as { data: unknown[] }
  expect(latest.data).toEqual([])
  npm.process.kill('SIGKILL')
  await nothingRuns()
})

test('asked for help it starts nothing', async () => {
  const help = node(['--help'])
  expect(await help.exited).toBe(0)
  expect(help.output()).toMatch(/--reset/)
  expect(help.output()).toMatch(/--empty/)
  const slip = node(['--rest'])
  expect(await slip.exited).toBe(2)
  expect(slip.output()).toMatch(/--rest/)
  for (const many of ['0', '65', '1.5', 'all']) {
    const refused = node(['--api', many])
    expect(await refused.exited).toBe(2)
    expect(refused.output()).toMatch(/from 1 to 64/)
  }
})

/** A process of the stack, as its home has it noted. */
function holding(name: string): { name: string; pid: number } {
  const lock = JSON.parse(readFileSync(join(home, 'lock.json'), 'utf8'))
  return lock.processes.find((one: { name: string }) => one.name === name)
}

function childrenOf(pid: number): number[] {
  return readOr(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
}

async function bookedUpTo(): Promise<number> {
  const databasePort = /port=(\d+)/.exec(readOr(`/proc/${holding('postgres').pid}/cmdline`))![1]
  const password = readFileSync(join(home, 'postgres/password'), 'utf8')
  const database = `postgresql://postgres:${password}@127.0.0.1:${databasePort}/rivulet`
  return onConnection(database, async (client) => {
    const { rows } = await client.query('select max(block_number) as number from chain_cursor')
    return Number(rows[0].number)
  })
}
