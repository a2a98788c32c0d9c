import { expect, test } from 'vitest'
import { runChaos } from './run.ts'
import { SECTIONS } from './sections/all.ts'

/*
 * A part of `npm run chaos:settlement` that fits into every run of the tests, with something of each section; the whole of
 * it has its own command. Each time another seed: what fails prints it.
 */

const SEED = Number(process.env.SEED || Math.floor(Math.random() * 1_000_000))
/** A minute where nothing else runs. */
const PATIENCE_MS = 300_000

/** One history of each, by the beginning of its name. */
const SOME = [
  ...['kills worker 0', 'random', 'vetoes', '2 workers', 'redis'],
  ...['reorgs', 'reorg past finality', 'spikes'],
  ...['faults the answer is lost', 'old snapshot'],
]

test(
  'something of everything: whoever is killed, whatever is lost, everybody is paid once',
  async () => {
    const tally = await runChaos({
      ...{ sections: SECTIONS, seed: SEED, scale: 0.01, lanes: 1, quiet: 4 },
      ...{ point: 'before eth_sendRawTransaction commit', isKnown: true },
      history: (name) => SOME.some((beginning) => name.startsWith(beginning)),
    })
    const found = tally.violations.map((one) => ({ history: one.history, found: one.found }))
    expect(found, `SEED=${SEED}`).toEqual([])
    expect(tally.counts.get('histories')).toBe(SOME.length)
    for (const what of ['kills of worker', 'random kills', 'vetoed epochs', 'gas spikes'])
      expect(tally.counts.get(what), what).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)
