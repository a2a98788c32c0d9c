import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks from boot to its start, as /proc has it; null where there is no /proc. */
  startedAt: string | null
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startedAt: readStat(pid)?.startedAt ?? null }
}

/** Whether that very process still runs. One that has ended and waits for its parent to notice does not. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const stat = readStat(pid)
  if (stat === null) return startedAt === null
  return stat.state !== 'Z' && stat.state !== 'X' && (startedAt === null || stat.startedAt === startedAt)
}

// proc_pid_stat(5): the name, field 2, is in brackets and may hold anything; state is field 3, pgrp field 5, starttime field 22.
export function readStat(pid: number): { state: string; group: number; startedAt: string } | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0]!, group: Number(fields[2]), startedAt: fields[19]! }
  } catch {
    return null
  }
}
