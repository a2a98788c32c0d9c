import { expect, test } from 'vitest'
import { runChaos } from './run.ts'
import { SECTIONS } from './sections/all.ts'

/*
 * A part of `npm run chaos:settlement` that fits into every run of the tests; the whole of it has its own command. Each
 * time another seed: what fails prints it.
 */

const SEED = Number(process.env.SEED || Math.floor(Math.random() * 1_000_000))
const SOME = { seed: SEED, scale: 0.01, lanes: 1, quiet: 3 }
const PATIENCE_MS = 180_000

const sections = (...names: string[]) => SECTIONS.filter(({ name }) => names.includes(name))

async function expectHeld(options: Parameters<typeof runChaos>[0], histories: number): Promise<void> {
  const tally = await runChaos(options)
  const found = tally.violations.map((one) => ({ history: one.history, found: one.found }))
  expect(found, `SEED=${SEED}`).toEqual([])
  expect(tally.counts.get('histories')).toBe(histories)
}

test(
  'killed at a point and at random messages, everybody is paid once',
  () =>
    expectHeld(
      {
        ...SOME,
        sections: sections('kills', 'random'),
        point: 'before eth_sendRawTransaction',
        history: isShort,
      },
      2,
    ),
  PATIENCE_MS,
)

test(
  'blocks vanish, pools forget, fees jump, answers are lost, Redis and the database are put back',
  () =>
    expectHeld(
      {
        ...{ ...SOME, sections: sections('reorgs', 'pool', 'redis', 'faults', 'snapshots') },
        history: (name) => !name.startsWith('faults') || name.startsWith('faults the answer is lost'),
      },
      8,
    ),
  PATIENCE_MS,
)

function isShort(name: string): boolean {
  return !name.startsWith('kills') || name.startsWith('kills worker 0')
}
