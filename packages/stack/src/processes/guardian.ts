import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Stoppable } from './stopping.ts'

/** What a process tells its guardian, one JSON object a line. */
export type GuardianMessage =
  | { watch: Stoppable }
  | { forget: number }
  | { removeAfterwards: string }
  | { keep: string }

const program = fileURLToPath(new URL('./guardian-main.ts', import.meta.url))

const watched = new Map<number, Stoppable>()
const folders = new Set<string>()
let guardian: ChildProcess | null = null

/**
 * Has a process stopped, in the order of the ranks, when this one is gone, however it went: the guardian is a process
 * of its own, in a session of its own, that notices the end of this one by the end of a pipe.
 */
export function guard(one: Stoppable): void {
  watched.set(one.pid, one)
  tell({ watch: one })
}

/** Takes a process off the guardian's list: it has ended, or is to outlive this one. */
export function unguard(pid: number): void {
  watched.delete(pid)
  tell({ forget: pid })
}

/** Has a temporary folder removed when this process is gone and everything it started has stopped. */
export function removeAfterwards(folder: string): void {
  folders.add(folder)
  tell({ removeAfterwards: folder })
}

/** Takes a folder off that list: it has been removed already. */
export function keepFolder(folder: string): void {
  folders.delete(folder)
  tell({ keep: folder })
}

/** Starts the guardian ahead of the first child, so that not even its start leaves a moment without one. */
export function startGuardian(): number {
  guardian ??= spawnGuardian()
  return guardian.pid!
}

function tell(message: GuardianMessage): void {
  startGuardian()
  guardian!.stdin!.write(`${JSON.stringify(message)}\n`)
}

function spawnGuardian(): ChildProcess {
  const child = spawn(process.execPath, [program], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  const pipe = child.stdin! as NodeJS.WritableStream & { unref?: () => void }
  pipe.unref?.()
  pipe.on('error', () => {})
  child.once('exit', () => {
    if (guardian !== child) return
    guardian = null
    // Somebody killed it: what it watched over still needs one.
    if (watched.size + folders.size === 0) return
    for (const one of watched.values()) tell({ watch: one })
    for (const folder of folders) tell({ removeAfterwards: folder })
  })
  return child
}
