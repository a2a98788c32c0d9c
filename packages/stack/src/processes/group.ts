import { readdirSync } from 'node:fs'
import { type ProcessIdentity, readStat } from './identity.ts'

/**
 * What still runs of the process group that a process of the stack has led: what it started, and left behind when it was
 * killed. Nothing where there is no /proc.
 */
export function leftBehind(leader: ProcessIdentity): ProcessIdentity[] {
  const current = readStat(leader.pid)
  // A number in use as that of a group is given to nobody: somebody else has it, so the group is gone.
  if (current && current.startedAt !== leader.startedAt) return []
  return pids().flatMap((pid) => {
    const stat = pid === leader.pid ? null : readStat(pid)
    if (stat?.group !== leader.pid || stat.state === 'Z' || stat.state === 'X') return []
    return [{ pid, startedAt: stat.startedAt }]
  })
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}
