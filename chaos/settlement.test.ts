import { expect, test } from 'vitest'
import { runChaos } from './run.ts'
import { SECTIONS } from './sections/all.ts'

/*
 * A part of `npm run chaos:settlement` that fits into every run of the tests; the whole of it has its own command. Each
 * time another seed: what fails prints it.
 */

const SEED = Number(process.env.SEED || Math.floor(Math.random() * 1_000_000))

const some = (...names: string[]) => SECTIONS.filter(({ name }) => names.includes(name))

test.each([
  ['calm, then killed at points and at random', some('calm', 'kills', 'random'), 0.02, ''],
  ['blocks vanish, below finality and past it', some('reorgs'), 0.015, ''],
  [
    'pools forget, fees jump, Redis and the database are put back',
    some('pool', 'redis', 'snapshots'),
    0.02,
    '',
  ],
  ['a node whose answers are lost', some('faults'), 0.03, 'the answer is lost'],
] as const)('%s', async (_, sections, scale, history) => {
  const tally = await runChaos({ sections, seed: SEED, scale, history, lanes: 1, quiet: 4 })
  expect(
    tally.violations.map(({ history, found }) => ({ history, found })),
    `SEED=${SEED}`,
  ).toEqual([])
  expect(tally.counts.get('histories')).toBeGreaterThan(0)
})
