import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Child, type ChildExit, lastLines, rank, startChild } from '@rivulet/stack'

/** One of the applications, as a process that can be ended and started again. */
export interface App {
  readonly name: 'api' | 'worker' | 'checker'
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  readonly running: boolean
  readonly child: Child
  readonly logFile: string
  /** Asks it to end; it may take 15 s. */
  stop(): Promise<void>
  /** SIGKILL, from outside; returns when it is gone. */
  kill(): Promise<void>
  /** Starts it again, after a stop if it still runs. Returns when it is ready, as far as it can be asked. */
  restart(): Promise<void>
}

export interface AppOptions {
  name: App['name']
  env: NodeJS.ProcessEnv
  logDir: string
  /** What says whether it is ready; without it, it is once it runs. */
  readyUrl?: string
  /** Told of each process that is started. */
  onStart(child: Child): void
  /** Told when a process ended that nobody here asked to. */
  onLoss(app: App, exit: ChildExit): void
}

const MAIN = {
  api: 'api/src/main.ts',
  worker: 'worker/src/main.ts',
  checker: 'worker/src/checker/main.ts',
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where Node keeps what it has compiled: the next start is that much sooner ready. */
const COMPILED = join(root, 'node_modules/.cache/compiled')

/** Slightly more than the applications take for themselves. */
const GRACE_MS = 16_000
const READY_MS = 60_000

/** More for each process of the API: they share the cores. */
const READY_PER_PROCESS_MS = 2_000

/**
 * Starts an application.
 *
 * @throws with the end of its log when it ends before it is ready.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { name, env, logDir, readyUrl, onStart, onLoss } = options
  const logFile = join(logDir, `${name}.log`)
  let child: Child
  let asked = false

  async function launch(): Promise<void> {
    asked = false
    const started = await startChild({
      ...{ name, logFile, cwd: root, command: process.execPath },
      env: { NODE_COMPILE_CACHE: COMPILED, ...env },
      args: [join(root, 'apps', MAIN[name])],
      ...{ rank: rank.application, signal: 'SIGTERM', graceMs: GRACE_MS },
    })
    child = started
    onStart(started)
    if (readyUrl) await ready(started, readyUrl, logFile, patienceOf(env))
    started.exited.then((exit) => {
      if (!asked && child === started) onLoss(app, exit)
    })
  }

  const app: App = {
    name,
    logFile,
    get pid() {
      return child.pid
    },
    get running() {
      return child.exit === null
    },
    get child() {
      return child
    },
    async stop() {
      asked = true
      await child.stop()
    },
    async kill() {
      asked = true
      await child.kill()
    },
    async restart() {
      await app.stop()
      await launch()
    },
  }
  await launch()
  return app
}

function patienceOf(env: NodeJS.ProcessEnv): number {
  return READY_MS + READY_PER_PROCESS_MS * (Number(env.API_PROCESSES) || 1)
}

async function ready(child: Child, url: string, logFile: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (child.exit === null && performance.now() < deadline) {
    if (await answersOk(url)) return
    await sleep(50)
  }
  const state = child.exit ? 'ended before it was ready' : `was not ready within ${patienceMs / 1000} s`
  await child.kill()
  throw new Error(`${child.name} ${state}. The end of ${logFile}:\n${lastLines(logFile)}`)
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
