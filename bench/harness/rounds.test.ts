import { expect, test } from 'vitest'
import type { Bench } from './bench.ts'
import { resultOf, tableOf } from './report.ts'
import { measureRounds } from './rounds.ts'

const database = { url: 'nowhere', adminUrl: 'nowhere' }
const server = { copy: async () => database, drop: async () => {}, checkpoint: async () => {} }
const silent = { say: () => {} }

/** A race of a hare and a tortoise, whose speeds are known: the hare's by round. */
function race(speeds: number[], measured: string[] = []): Bench<{ round: number }> {
  let round = -1
  return {
    name: 'race',
    open: async () => ({ round: ++round }),
    close: async () => {},
    audit: async () => 'both arrived',
    cells: [
      {
        name: 'hare',
        measure: async (scene) => {
          measured.push(`hare ${scene.round}`)
          return { perSecond: speeds[scene.round % speeds.length]!, latencyMs: { p50: 1, p99: 8 } }
        },
      },
      {
        name: 'tortoise',
        measure: async (scene) => {
          measured.push(`tortoise ${scene.round}`)
          return { perSecond: 10 }
        },
      },
    ],
    ratios: [
      {
        key: 'hareVsTortoise',
        of: (found) => found('hare').perSecond / found('tortoise').perSecond,
        target: { atLeast: 3 },
      },
    ],
    figures: [{ key: 'hareP99Ms', of: (found) => found('hare').latencyMs!.p99, target: { below: 5 } }],
  }
}

/** Others use so much of the cores, cell after cell; the last figure is for ever. */
function others(...shares: number[]) {
  let next = 0
  return () => ({ shares: () => ({ own: 0.5, others: shares[Math.min(next++, shares.length - 1)]! }) })
}

const three = { rounds: 3, seconds: 1, quick: false }

test('a ratio is taken in each round, and its median is held against the target', async () => {
  const bench = race([20, 40, 90])
  const rounds = await measureRounds(bench, server, three, { ...silent, watch: others(0) })
  expect(resultOf(bench, rounds)).toEqual({
    ...{ bench: 'race', rounds: 3, ratios: { hareVsTortoise: 4 }, figures: { hareP99Ms: 8 }, pass: false },
  })
  const table = tableOf(bench, rounds)
  expect(table).toMatch(/r\.hareVsTortoise +4 +2 – 9 +≥ 3 +met/)
  expect(table).toMatch(/f\.hareP99Ms +8 +8 – 8 +< 5 +MISSED/)
})

test('the cells take turns in being the first', async () => {
  const measured: string[] = []
  await measureRounds(race([20], measured), server, three, { ...silent, watch: others(0) })
  expect(measured).toEqual(['hare 0', 'tortoise 0', 'tortoise 1', 'hare 1', 'tortoise 2', 'hare 2'])
})

test('a round in which others worked is measured again, told, and not counted', async () => {
  const bench = race([20, 40, 90, 50])
  const said: string[] = []
  const rounds = await measureRounds(bench, server, three, {
    say: (line) => said.push(line),
    watch: others(0, 0.3, 0),
  })
  expect(rounds.kept.map(({ cells }) => cells.get('hare')!.perSecond)).toEqual([40, 90, 50])
  expect(rounds.repeated.map(({ others }) => others)).toEqual([0.3])
  expect(resultOf(bench, rounds)).not.toHaveProperty('noisy')
  expect(said).toHaveLength(4)
  expect(said[0]).toMatch(/round 1: others used up to 0\.30 of the cores, disturbed; both arrived/)
  expect(tableOf(bench, rounds)).toMatch(/1 were measured again/)
})

test('after five repeats the quietest try counts, and the result says noisy', async () => {
  const bench = race([20])
  const loud = [0.9, 0.8, 0.4, 0.7, 0.6, 0.5].flatMap((share) => [share, 0])
  const rounds = await measureRounds(bench, server, three, { ...silent, watch: others(...loud, 0.2) })
  expect(rounds.kept.map(({ others }) => others)).toEqual([0.4, 0.2, 0.2])
  expect(rounds.repeated).toHaveLength(5)
  expect(resultOf(bench, rounds).noisy).toBe(true)
  expect(tableOf(bench, rounds)).toMatch(/NOISY/)
})

test('a round that is not exact ends the benchmark', async () => {
  const bench = { ...race([20]), audit: () => Promise.reject(new Error('3 posted, 4 acknowledged')) }
  await expect(measureRounds(bench, server, three, { ...silent, watch: others(0) })).rejects.toThrow(
    '3 posted, 4 acknowledged',
  )
})
