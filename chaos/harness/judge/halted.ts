import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../until.ts'
import { NANO } from '../wishes.ts'
import type { World } from '../world.ts'
import { readBooks } from './books.ts'
import { readChainFacts } from './chain-facts.ts'

const WATCH_MS = 1_500

/** Waits until a halt stands. @returns what is wrong: that none came */
export async function untilHalted(world: World, ...halts: string[]): Promise<string[]> {
  try {
    await until(`a halt of ${halts.join(' or ')}`, async () => {
      const { rows } = await world.pools.admin.query<{ halt: string }>(
        `select scope || '/' || reason as halt from halts where cleared_at is null`,
      )
      return rows.some(({ halt }) => halts.some((beginning) => halt.startsWith(beginning)))
    })
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/** What a halt is for: nothing new is signed, nobody is paid more than they asked for, and the books add up. */
export async function judgeHalted(world: World): Promise<string[]> {
  const before = await readBooks(world.pools.admin)
  await sleep(WATCH_MS)
  const after = await readBooks(world.pools.admin)
  const { transfers, batches } = await readChainFacts(world.chain)
  const signed = after.attempts.length - before.attempts.length
  const twice = [...Map.groupBy(batches, ({ epoch, index }) => `${epoch}/${index}`)].filter(
    ([, all]) => all.length > 1,
  )
  return [
    ...world.seen,
    ...after.broken,
    ...(signed > 0 ? [`${signed} were signed after the halt`] : []),
    ...twice.map(([place]) => `batch ${place} was executed twice`),
    ...overpaid(world, transfers),
  ]
}

/** Nobody has got more than they ever asked for. */
export function overpaid({ wishes }: World, transfers: { to: string; units: bigint }[]): string[] {
  const asked = new Map<string, bigint>()
  for (const { to, units } of wishes.values()) asked.set(to, (asked.get(to) ?? 0n) + units)
  return [...Map.groupBy(transfers, ({ to }) => to)].flatMap(([to, theirs]) => {
    const paid = theirs.reduce((sum, { units }) => sum + units, 0n)
    return paid > (asked.get(to) ?? 0n)
      ? [`${to} got ${paid * NANO} and asked for ${(asked.get(to) ?? 0n) * NANO}`]
      : []
  })
}
