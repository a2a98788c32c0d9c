import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const mainOf = (name: string) => fileURLToPath(new URL(`../src/${name}`, import.meta.url))

/** Where Node keeps what it has compiled of the worker; written by one that ends by itself, read by all. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.cache/worker', import.meta.url))

/** The shipped worker, as its own process. */
export class WorkerProcess {
  static readonly #all = new Set<WorkerProcess>()
  readonly #child: ChildProcess
  readonly #exit: Promise<unknown>
  output = ''

  /** @param main what to run, under `src`: of the worker unless given, or of a process beside it */
  constructor(env: Record<string, string>, main = 'main.ts') {
    const { PATH = '', HOME = '' } = process.env
    this.#child = spawn(process.execPath, [mainOf(main)], {
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#exit = once(this.#child, 'exit')
    WorkerProcess.#all.add(this)
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
  }

  /** Has the worker compiled, for the starts after this one: it ends at once, without a configuration. */
  static async compile(): Promise<void> {
    await new WorkerProcess({}).ended()
  }

  /** Ends those that a test which failed has left behind. */
  static async killAll(): Promise<void> {
    for (const worker of WorkerProcess.#all) if (worker.isRunning) await worker.kill()
    WorkerProcess.#all.clear()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** SIGKILL from outside; throws when it had ended by itself before. */
  async kill(): Promise<void> {
    if (!this.isRunning) throw new Error(`the worker had ended already:\n${this.output.slice(-3000)}`)
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  /** Asks it to stop and waits; answers its exit code. */
  async stop(): Promise<number | null> {
    if (this.isRunning) this.#child.kill('SIGTERM')
    await this.#exit
    return this.#child.exitCode
  }

  /** Waits for it to end by itself. */
  async ended(): Promise<number | null> {
    await this.#exit
    return this.#child.exitCode
  }
}
