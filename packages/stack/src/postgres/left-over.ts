import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isRunning } from '../processes/identity.ts'

const PATIENCE_MS = 30_000

/**
 * Makes way for a new server on `dataDir`.
 *
 * A server that still works on it (its guardian was killed with its parent) is stopped, and the last backends of one
 * that was killed are waited for: they might still write. A lock file whose process number meanwhile is another
 * program's is removed, since PostgreSQL would take that program for its server and refuse to start.
 */
export async function clearAway(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(lockFile)) return
  const old = identify(Number(readFileSync(lockFile, 'utf8').split('\n')[0]))
  if (workingIn(dataDir).includes(old.pid)) process.kill(old.pid, 'SIGINT')
  const deadline = performance.now() + PATIENCE_MS
  while (workingIn(dataDir).length > 0) {
    if (performance.now() > deadline) {
      throw new Error(`Processes ${workingIn(dataDir).join(', ')} work on ${dataDir} and do not end.`)
    }
    await sleep(50)
  }
  if (isRunning(old)) rmSync(lockFile, { force: true })
}

// Every process of a PostgreSQL server has its data directory as its working directory.
function workingIn(dataDir: string): number[] {
  if (process.platform !== 'linux') return []
  const wanted = realpathSync(dataDir)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === wanted && isRunning(identify(pid)))
}

function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
}
