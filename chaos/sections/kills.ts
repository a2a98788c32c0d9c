import {
  chunked,
  type History,
  type HistoryContext,
  type Plan,
  type Section,
  scaled,
} from '../harness/history.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { nameOf } from '../harness/monitor.ts'
import { revive, strike, VICTIMS, type Victim } from '../harness/strike.ts'
import { within } from '../harness/until.ts'
import { clearVoided, vetoNext } from '../harness/veto.ts'
import { wish, wishSome } from '../harness/wishes.ts'
import type { World } from '../harness/world.ts'

/** When a point is passed: in every round, where an epoch is vetoed, when a worker starts, or once in a world's life. */
type Phase = 'round' | 'veto' | 'start' | 'first'
type Point = { name: string; phase: Phase; often: number }

const SEEDS = 2
const IN_A_WORLD = 16
const HIT_MS = 15_000
/** Rooms that settlement has nothing to do with. */
const OTHERS =
  /feed_servings|campaigns|periods|idle_budgets|rule_versions|subscription|commit of insert worker_rooms/

/**
 * Every call to the chain and every commit that one epoch with a deposit and withdrawals passes, before and after the
 * other side has it: found by watching, so that a new one in the code is a new point here.
 */
async function discover({ open, violation }: HistoryContext): Promise<Point[]> {
  const world = await open()
  const { points } = world.monitor
  const take = () => {
    const taken = new Map([...points].filter(([name]) => !OTHERS.test(name)))
    points.clear()
    return taken
  }
  // Where nothing is killed yet, nothing is to be looked for further.
  const isSound = async () => {
    const found = await judgeAtRest(world)
    violation(world, found)
    return found.length === 0
  }
  await world.start()
  await world.begun()
  const first = take()
  await oneRound(world)
  if (!(await isSound())) return []
  take()
  await oneRound(world)
  if (!(await isSound())) return []
  const round = take()
  await oneRound(world, { vetoed: true })
  if (!(await isSound())) return []
  const veto = take()
  await strike(world, 'worker')
  await world.start()
  await oneRound(world)
  if (!(await isSound())) return []
  const start = take()
  const names = new Set([...first.keys(), ...round.keys(), ...veto.keys(), ...start.keys()])
  return [...names].sort().map((name) => ({
    name,
    phase: round.has(name) ? 'round' : veto.has(name) ? 'veto' : start.has(name) ? 'start' : 'first',
    often: round.get(name) ?? 1,
  }))
}

/** A deposit, and withdrawals of both lanes. */
async function oneRound(world: World, { vetoed = false } = {}): Promise<void> {
  const { chance, chain, members } = world
  if (vetoed) {
    vetoNext(world)
    // Held for a moment, which is a transition more.
    await wish(world, chance.one(members), 5_000n, { to: world.others[0]! })
  }
  await chain.deposit(chance.one(members).address, BigInt(chance.whole(1_000, 900_000)))
  const some = () => [chance.one(members), BigInt(chance.whole(1_000, 90_000))] as const
  await wish(world, ...some())
  await wish(world, ...some(), { lane: 'pull' })
  await wishSome(world, chance.whole(0, 1))
}

async function killAt(
  world: World,
  { name, phase, often }: Point,
  victim: Victim,
): Promise<string[] | 'missed'> {
  // What passes often is not always stopped the first time.
  let skip = often > 4 ? world.chance.whole(0, 3) : 0
  const hit = world.monitor.arm(
    (moment) => moment.counts && nameOf(moment) === name && skip-- === 0,
    () => strike(world, victim),
  )
  if (phase === 'start') {
    await strike(world, 'worker')
    await world.forgetQueue()
  }
  if (phase === 'start' || phase === 'first') await world.start()
  if (phase !== 'first') await oneRound(world, { vetoed: phase === 'veto' })
  const clearing = setInterval(() => void clearVoided(world).catch(() => {}), 200)
  const struck = await within(HIT_MS, hit)
  clearInterval(clearing)
  world.monitor.disarm()
  if (struck && victim === 'worker') await world.forgetQueue()
  if (struck) await revive(world, victim)
  if (phase === 'first') {
    await world.begun()
    await wish(world, world.members[0]!, 5_000n)
  }
  const found = await judgeAtRest(world)
  return found.length > 0 || struck ? found : 'missed'
}

function historyOf(victim: Victim, seed: number, points: Point[]): History {
  const [head] = points
  return {
    name: `kills ${victim} ${seed} ${head?.phase} ${head?.name} and ${points.length - 1} more`,
    async run({ open, count, violation }) {
      const world = await open()
      if (head?.phase !== 'first') {
        await world.start()
        await world.begun()
      }
      for (const point of points) {
        let found = await killAt(world, point, victim)
        // What was passed before the trap was set comes again in the next round.
        if (found === 'missed' && point.phase !== 'first') found = await killAt(world, point, victim)
        if (found === 'missed') {
          violation(world, [`the point was not reached: ${point.name}`])
          continue
        }
        count(`kills of ${victim}`)
        count(`point: ${point.name}`)
        if (found.length > 0)
          return violation(
            world,
            found.map((one) => `killed ${victim} ${point.name}: ${one}`),
          )
      }
    },
  }
}

export const kills: Section = {
  name: 'kills',
  about: 'SIGKILL at every call to the chain and every commit, before and after it',
  targets: {
    'distinct points': 40,
    ...Object.fromEntries(VICTIMS.map((victim) => [`kills of ${victim}`, 40 * SEEDS])),
  },
  async histories(plan, discoverWith) {
    const known: Point[] = [{ name: plan.point ?? '', phase: 'round', often: 1 }]
    const points = plan.isKnown ? known : await discoverWith(discover)
    if (points.length === 0) return []
    return VICTIMS.flatMap((victim) =>
      Array.from({ length: SEEDS }, (_, seed) => seed).flatMap((seed) =>
        chunksOf(sampled(points, plan, victim, seed)).map((some) => historyOf(victim, seed, some)),
      ),
    )
  },
}

/** All points at full scale; below, every so-many-th, not the same ones for each victim and seed. */
function sampled(points: Point[], plan: Plan, victim: Victim, seed: number): Point[] {
  const { point } = plan
  if (point) return points.filter(({ name }) => name.includes(point))
  const many = plan.scale >= 1 ? points.length : scaled(points.length, plan)
  const offset = VICTIMS.indexOf(victim as (typeof VICTIMS)[number]) * SEEDS + seed + plan.seed
  const every = points.length / many
  return Array.from({ length: many }, (_, i) => points[Math.floor(i * every + offset) % points.length]!)
}

/** One world for many points, but for those that a world passes once. */
function chunksOf(points: Point[]): Point[][] {
  const usual = points.filter(({ phase }) => phase !== 'first')
  const chunks = chunked(usual, IN_A_WORLD)
  return [...chunks, ...points.filter(({ phase }) => phase === 'first').map((point) => [point])]
}
