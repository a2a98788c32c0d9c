import { setTimeout as sleep } from 'node:timers/promises'
import { leftBehind } from './group.ts'
import { isRunning, type ProcessIdentity } from './identity.ts'

/** How a process of the stack is stopped. */
export interface StopPlan {
  name: string
  /** Lower ones are stopped first; equal ones together. See `rank`. */
  rank: number
  /** The signal that asks for an orderly end. */
  signal: NodeJS.Signals
  /** How long it may take for it; after that it is killed. */
  graceMs: number
}

export type Stoppable = ProcessIdentity & StopPlan

/** Applications before what they write to; the database before the chain, which saves itself last. */
export const rank = { application: 0, database: 1, chain: 2 }

const POLL_MS = 25

/** Stops processes, rank after rank, and returns when none of them runs. Names those that had to be killed. */
export async function stopInOrder(processes: Iterable<Stoppable>): Promise<{ killed: string[] }> {
  const killed: string[] = []
  const byRank = Map.groupBy(processes, (one) => one.rank)
  for (const [, together] of [...byRank].sort(([a], [b]) => a - b)) {
    const ends = await Promise.all(together.map(stopProcess))
    killed.push(...together.filter((_, i) => ends[i] === 'killed').map((one) => one.name))
  }
  return { killed }
}

/**
 * Asks a process to end, and kills it when its grace is over, and with it what it has started: that ends with it, unless
 * it was killed and could not see to it. Returns when all are gone.
 */
export async function stopProcess(
  one: ProcessIdentity & Omit<StopPlan, 'rank'>,
): Promise<'ended' | 'killed'> {
  const deadline = performance.now() + one.graceMs
  if (isRunning(one)) signal(one, one.signal)
  if (await isGoneWithin(one, one.graceMs)) {
    await stopLeftBehind(one, deadline - performance.now())
    return 'ended'
  }
  for (const each of [one, ...leftBehind(one)]) signal(each, 'SIGKILL')
  await isGoneWithin(one, 10_000)
  await stopLeftBehind(one, 0)
  return 'killed'
}

/** Waits for the end of what a process that is gone has started, and kills it when the grace is over. */
export async function stopLeftBehind(leader: ProcessIdentity, graceMs: number): Promise<void> {
  const areGone = () => leftBehind(leader).length === 0
  if (await becomesTrueWithin(areGone, graceMs)) return
  for (const each of leftBehind(leader)) signal(each, 'SIGKILL')
  await becomesTrueWithin(areGone, 10_000)
}

/** Waits for the end of a process. */
export function isGoneWithin(one: ProcessIdentity, ms: number): Promise<boolean> {
  return becomesTrueWithin(() => !isRunning(one), ms)
}

async function becomesTrueWithin(isSo: () => boolean, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!isSo()) {
    if (performance.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

function signal(one: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    process.kill(one.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
