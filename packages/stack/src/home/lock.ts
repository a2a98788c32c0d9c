import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isRunning, type ProcessIdentity } from '../processes/identity.ts'
import { isGoneWithin, type Stoppable, stopInOrder } from '../processes/stopping.ts'
import { StartRefused } from '../refusal.ts'
import { readJson, writeJson } from './file.ts'

/** Who has a home, and what runs for them. */
interface LockFile {
  holder: ProcessIdentity
  guardian: ProcessIdentity | null
  processes: Stoppable[]
}

export interface Lock {
  /** Notes what runs, for whoever finds this lock with its holder gone. */
  note(guardian: number, processes: Stoppable[]): void
  release(): void
}

// A guardian gives applications 15 s, the database and the chain 20 s each.
const GUARDIAN_MS = 60_000

/**
 * Takes a home for this process. A holder that is gone is succeeded: its guardian is waited for, and what even that one
 * left running is stopped.
 *
 * @throws StartRefused when another process has it.
 */
export async function lockHome(path: string, onWait: (what: string) => void = () => {}): Promise<Lock> {
  const mine: LockFile = { holder: identify(process.pid), guardian: null, processes: [] }
  while (!create(path, mine)) {
    const other = read(path)
    if (other && isRunning(other.holder)) {
      throw new StartRefused(`A stack runs there already (process ${other.holder.pid}): stop it first.`)
    }
    if (other) await succeed(other, onWait)
    const now = read(path)
    if (now && !(other && isSame(now.holder, other.holder))) continue
    rmSync(path, { force: true })
    create(path, mine)
    // Two that succeed the same holder may each have removed the other's file: the last one written counts.
    await sleep(100)
    if (isMine(path, mine)) break
  }
  return {
    note(guardian, processes) {
      writeJson(path, { ...mine, guardian: identify(guardian), processes } satisfies LockFile)
    },
    release() {
      if (isMine(path, mine)) rmSync(path, { force: true })
    },
  }
}

async function succeed({ guardian, processes }: LockFile, onWait: (what: string) => void): Promise<void> {
  if (guardian && isRunning(guardian)) {
    onWait('the previous stack is still being stopped')
    await isGoneWithin(guardian, GUARDIAN_MS)
  }
  await stopInOrder(processes)
}

function create(path: string, content: LockFile): boolean {
  try {
    writeFileSync(path, JSON.stringify(content), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

// A file that is no JSON was cut off by a power failure: nobody holds it.
function read(path: string): LockFile | null {
  try {
    return readJson<LockFile>(path)
  } catch {
    return null
  }
}

function isMine(path: string, { holder }: LockFile): boolean {
  const there = read(path)
  return there !== null && isSame(there.holder, holder)
}

const isSame = (a: ProcessIdentity, b: ProcessIdentity) => a.pid === b.pid && a.startedAt === b.startedAt
