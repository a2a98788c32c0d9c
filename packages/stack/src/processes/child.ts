import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { guard, startGuardian, unguard } from './guardian.ts'
import { identify } from './identity.ts'
import { type StopPlan, type Stoppable, stopLeftBehind, stopProcess } from './stopping.ts'

export interface ChildOptions extends StopPlan {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd?: string
  /** Where its output goes, appended; a file and not a pipe, so that it can be written to when nobody reads any more. */
  logFile: string
}

export interface ChildExit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A process of the stack. */
export interface Child {
  name: string
  pid: number
  /** As the guardian knows it. */
  watched: Stoppable
  /** Settles when it has ended, for whatever reason; null while it runs. */
  exited: Promise<ChildExit>
  exit: ChildExit | null
  /** Asks it to end, and kills it when its grace is over; returns when also what it started is gone. */
  stop(): Promise<'ended' | 'killed'>
  /** SIGKILL, also to what it started; returns when all are gone. */
  kill(): Promise<void>
}

/**
 * Starts a process under the guardian's eyes, in a process group of its own: a Ctrl-C on the terminal reaches the
 * parent alone, which then stops its children in order.
 *
 * @throws what the system says when the command cannot be run.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  startGuardian()
  const log = openSync(options.logFile, 'a')
  const process_ = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  if (process_.pid === undefined) {
    throw await new Promise<Error>((resolve) => process_.once('error', resolve))
  }
  const identity = identify(process_.pid)
  const { name, rank, signal, graceMs } = options
  const watched: Stoppable = { ...identity, name, rank, signal, graceMs }
  guard(watched)
  const exited = new Promise<ChildExit>((resolve) => {
    process_.once('exit', (code, by) => {
      child.exit = { code, signal: by }
      resolve(child.exit)
    })
  })
  // Its number stays on the guardian's list for as long as something that it started is there.
  const gone = exited.then(async () => {
    await stopLeftBehind(identity, graceMs)
    unguard(identity.pid)
  })
  const child: Child = {
    ...{ name, pid: identity.pid, watched },
    exited,
    exit: null,
    async stop() {
      const how = child.exit ? 'ended' : await stopProcess(watched)
      await gone
      return how
    },
    async kill() {
      process_.kill('SIGKILL')
      await exited
      await stopLeftBehind(identity, 0)
    },
  }
  return child
}

/** Stops children in the order of their ranks, equal ones together; see `stopInOrder`. */
export async function stopChildren(children: Iterable<Child>): Promise<void> {
  const byRank = Map.groupBy(children, ({ watched }) => watched.rank)
  for (const [, together] of [...byRank].sort(([a], [b]) => a - b)) {
    await Promise.all(together.map((child) => child.stop()))
  }
}
