import { chanceOf } from './harness/chance.ts'
import type { Discover, History, HistoryContext, Plan, Section } from './harness/history.ts'
import { type Lane, openLane } from './harness/lane.ts'
import { compileShipped } from './harness/process.ts'
import { Tally } from './harness/tally.ts'
import { openWorld, type World } from './harness/world.ts'

export type RunOptions = Plan & {
  sections: readonly Section[]
  /** Only histories of such a name. */
  history?: (name: string) => boolean
  /** Clusters side by side, each with histories of its own. */
  lanes?: number
  /** Quiet histories side by side in a lane. */
  quiet?: number
  /** No history is begun after it. */
  deadlineMs?: number
  /** Ends at the first violation. */
  first?: boolean
  say?: (line: string) => void
}

/** Runs histories until all are done, or the time is over. It ends by itself: every wait in it has a limit. */
export async function runChaos({
  sections,
  seed,
  scale,
  point,
  isKnown = false,
  history: isWanted = () => true,
  lanes: many = 2,
  quiet = 3,
  deadlineMs = Number.POSITIVE_INFINITY,
  first = false,
  say = () => {},
}: RunOptions): Promise<Tally> {
  const tally = new Tally()
  const until = performance.now() + deadlineMs
  const isOver = () => performance.now() > until || (first && tally.violations.length > 0)
  await compileShipped()
  const lanes = await Promise.all(Array.from({ length: many }, () => openLane()))
  try {
    const queue: { section: Section; history: History }[] = []
    for (const section of sections) {
      const planned = await section.histories(
        { seed, scale, point, isKnown },
        discoverIn(lanes[0]!, tally, seed),
      )
      queue.push(...planned.filter(({ name }) => isWanted(name)).map((history) => ({ section, history })))
    }
    const take = (isQuiet: boolean) => {
      const at = isOver() ? -1 : queue.findIndex(({ history }) => (history.quiet ?? false) === isQuiet)
      return at < 0 ? undefined : queue.splice(at, 1)[0]
    }
    const work = async (lane: Lane, isQuiet: boolean) => {
      for (let next = take(isQuiet); next; next = take(isQuiet))
        await runHistory(next.history, lane, tally, seed, say)
    }
    await Promise.all(
      lanes.map(async (lane) => {
        await work(lane, false)
        await Promise.all(Array.from({ length: quiet }, () => work(lane, true)))
      }),
    )
    if (queue.length > 0 && !first) tally.count('histories left out, as time was over', queue.length)
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()))
  }
  return tally
}

async function runHistory(
  history: History,
  lane: Lane,
  tally: Tally,
  seed: number,
  say: (line: string) => void,
): Promise<void> {
  const began = performance.now()
  const before = tally.violations.length
  await inContext(history.name, lane, tally, seed, (context) => history.run(context))
  tally.count('histories')
  const mine = tally.violations.slice(before).filter((one) => one.history === history.name)
  say(
    `${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${mine.length > 0 ? 'VIOLATED' : 'held'}  ${history.name}`,
  )
  for (const { found } of mine) for (const one of found.slice(0, 8)) say(`          ${one}`)
}

/** Looks before the counts begin; what goes wrong there is a violation as well. */
function discoverIn(lane: Lane, tally: Tally, seed: number): Discover {
  return async (work) => {
    let found: { value: Awaited<ReturnType<typeof work>> } | undefined
    const unseen = new Tally()
    await inContext('looking for points', lane, unseen, seed, async (context) => {
      found = { value: await work(context) }
    })
    tally.violations.push(...unseen.violations)
    if (!found) throw new Error(`looking for points failed: ${unseen.violations[0]?.found.join('; ')}`)
    return found.value
  }
}

async function inContext(
  name: string,
  lane: Lane,
  tally: Tally,
  seed: number,
  work: (context: HistoryContext) => Promise<void>,
): Promise<void> {
  const chance = chanceOf(`${seed}/${name}`)
  const worlds: World[] = []
  try {
    await work({
      ...{ lane, chance },
      count: (what, times) => tally.count(what, times),
      violation: (world, found) => tally.violation(name, seed, world, found),
      async open(options = {}) {
        const world = await openWorld({ lane, chance: chance.branch('world'), ...options })
        worlds.push(world)
        return world
      },
    })
  } catch (error) {
    tally.violation(name, seed, worlds[0], [`it broke off: ${(error as Error).stack ?? error}`])
  }
  for (const world of worlds) {
    tally.calls += world.monitor.calls
    tally.commits += world.monitor.commits
    tally.count('withdrawals', world.wishes.size)
    await world.close().catch((error) => tally.violation(name, seed, undefined, [`not closed: ${error}`]))
  }
}
