import { readFileSync } from 'node:fs'
import { identify, isRunning, type ProcessIdentity } from '@rivulet/stack'

const EVERY_MS = 500

/**
 * Calls back when npm, which runs this script, is gone without having told: killed, or ended with its shell only. Does
 * nothing for a script that npm does not run; that one may well outlive its shell.
 */
export function whenNpmIsGone(then: () => void, env: NodeJS.ProcessEnv = process.env): void {
  if (!env.npm_lifecycle_event) return
  const watched = upToNpm()
  const timer = setInterval(() => {
    if (watched.every(isRunning)) return
    clearInterval(timer)
    then()
  }, EVERY_MS)
  timer.unref()
}

// npm runs a script through a shell, which may or may not have become the script.
function upToNpm(): ProcessIdentity[] {
  const parent = process.ppid
  const grandparent = isShell(parent) ? parentOf(parent) : null
  return [parent, grandparent].filter((pid): pid is number => pid !== null && pid > 1).map(identify)
}

const isShell = (pid: number) => /^(sh|dash|bash|ash|busybox)$/.test(field(pid, 'Name') ?? '')

function parentOf(pid: number): number | null {
  const value = field(pid, 'PPid')
  return value === null ? null : Number(value)
}

// proc_pid_status(5).
function field(pid: number, name: string): string | null {
  try {
    return (
      new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null
    )
  } catch {
    return null
  }
}
