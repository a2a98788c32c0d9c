import { parseArgs } from 'node:util'

/** How long and how often a benchmark measures. */
export interface BenchArguments {
  /** Rounds, each of which measures every cell. */
  rounds: number
  /** How long a cell measures, after a warm-up of a tenth of it. */
  seconds: number
  /** A smoke run: everything small, the figures worthless. */
  quick: boolean
}

const USAGE = '[--rounds N] [--seconds S] [--quick]'

/**
 * Reads `--rounds`, `--seconds` and `--quick`.
 * @throws Error that says how it is used
 */
export function readArguments(args: string[], { seconds = 4 } = {}): BenchArguments {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string' }, seconds: { type: 'string' }, quick: { type: 'boolean' } },
  })
  const quick = values.quick ?? false
  return {
    quick,
    rounds: numberFrom('rounds', values.rounds ?? (quick ? '1' : '3'), { whole: true, max: 100 }),
    seconds: numberFrom('seconds', values.seconds ?? (quick ? '0.3' : String(seconds)), { max: 600 }),
  }
}

function numberFrom(
  name: string,
  text: string,
  { whole = false, max }: { whole?: boolean; max: number },
): number {
  const value = Number(text)
  if (!(value > 0 && value <= max) || (whole && !Number.isInteger(value))) {
    throw new Error(
      `--${name} ${text}: a ${whole ? 'whole ' : ''}number above 0, at most ${max}. Usage: ${USAGE}`,
    )
  }
  return value
}
