import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, expect } from 'vitest'
import { TEST_ENV } from './world.ts'

/** A process of its own takes its time to start and to end, on a busy machine even more. */
export const until = <T>(what: () => T) => expect.poll(what, { timeout: 60_000 })

export type Shipped = {
  child: ChildProcess
  /** Its exit code; null when a signal ended it. */
  exited: Promise<number | null>
  /** All it has written. */
  said(): string
  /** What it has logged, line by line. */
  log(): { pid: number; msg: string; [field: string]: unknown }[]
}

const started: ChildProcess[] = []
/** Kills what a test file started and did not end. */
export function endWithTheFile(): void {
  afterAll(() => {
    for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  })
}

/** Starts the API as it is deployed, on a free port unless told otherwise, in a process group of its own. */
export function launch(env: Record<string, string>): Shipped {
  // What Node has compiled of it before; nothing else comes from outside.
  const { NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    // In turns, so that a test meets all of several.
    env: { ...TEST_ENV, NODE_COMPILE_CACHE, PORT: '0', LOG_LEVEL: 'info', API_BALANCE: 'turns', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  started.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
  return {
    child,
    exited: once(child, 'exit').then(([code]) => code),
    said: () => text,
    log: () =>
      text
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
  }
}

/** Launches it, and waits until it listens: with several processes, until all of them do. */
export async function start(env: Record<string, string>): Promise<Shipped & { url: string }> {
  const shipped = launch(env)
  const several = Number(env.API_PROCESSES ?? 1) > 1
  await until(() => shipped.said() + (shipped.child.exitCode ?? '')).toMatch(
    several ? /all processes listen|\d$/ : /listening at http|\d$/,
  )
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(shipped.said())?.[0]
  if (url === undefined) throw new Error(`it did not start: ${shipped.said()}`)
  return { ...shipped, url }
}

/** The processes that serve, as the primary has seen them begin, those of earlier times included. */
export const servingPids = (shipped: Shipped): number[] =>
  shipped
    .log()
    .filter(({ msg }) => msg === 'a process listens')
    .sort((a, b) => Number(a.process) - Number(b.process))
    .map(({ itsPid }) => Number(itsPid))

/** A connection that stays: whichever process took it answers all that is sent through it. */
export function connection(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  async function send(
    method: string,
    path: string,
    { token, json }: { token?: string; json?: unknown } = {},
    // biome-ignore lint/suspicious/noExplicitAny: the tests are what says which shape it has
  ): Promise<{ status: number; text: string; body: any; headers: Record<string, unknown> }> {
    const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>()
    const outgoing = request(`${url}${path}`, {
      ...{ agent, method },
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
    })
    outgoing.once('response', resolve).once('error', reject)
    outgoing.end(json === undefined ? undefined : JSON.stringify(json))
    const response = await promise
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    const isJson = /json/.test(response.headers['content-type'] ?? '')
    return {
      ...{ status: response.statusCode ?? 0, headers: response.headers, text },
      body: isJson ? JSON.parse(text) : undefined,
    }
  }
  return {
    send,
    /** Which process answers here: the one whose count of a call goes up when it is made. */
    async process(): Promise<string> {
      const before = requestsByProcess((await send('GET', '/metrics')).text, '/livez')
      await send('GET', '/livez')
      const after = requestsByProcess((await send('GET', '/metrics')).text, '/livez')
      const [number] = Object.keys(after).filter((one) => after[one] !== before[one])
      return number ?? 'none'
    },
    close: () => agent.destroy(),
  }
}

export type Connection = ReturnType<typeof connection>

/** Connections to so many different processes. */
export async function connectionsToEach(url: string, processes: number): Promise<Connection[]> {
  const byProcess = new Map<string, Connection>()
  await until(async () => {
    const one = connection(url)
    const number = await one.process()
    if (byProcess.has(number)) one.close()
    else byProcess.set(number, one)
    return byProcess.size
  }).toBe(processes)
  return [...byProcess].sort(([a], [b]) => Number(a) - Number(b)).map(([, one]) => one)
}

/** How many requests of a route each process has answered, as a page of metrics says. */
export function requestsByProcess(page: string, route: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of page.split('\n')) {
    if (!line.startsWith('http_server_request_duration_seconds_count{')) continue
    if (!line.includes(`route="${route}"`)) continue
    const process = /process="(\d+)"/.exec(line)?.[1] ?? 'none'
    counts[process] = (counts[process] ?? 0) + Number(line.split(' ').at(-1))
  }
  return counts
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
