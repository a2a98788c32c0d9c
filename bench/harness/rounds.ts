import type { BenchArguments } from './arguments.ts'
import type { Bench, Cell, Measure } from './bench.ts'
import { CpuWatch } from './cpu.ts'
import type { BenchServer } from './database.ts'

/** One pass over all cells. */
export interface Round {
  cells: Map<string, Measure & { others: number; own: number }>
  /** The most that others used of all cores during a cell. */
  others: number
  audited: string
}

/** What counts in the end, with everything that was measured on the way. */
export interface Rounds {
  kept: Round[]
  /** Measured again because others used too much; the tries that were quieter were kept in their place. */
  repeated: Round[]
  /** Some kept round was disturbed as well. */
  noisy: boolean
}

type RoundServer = Pick<BenchServer, 'copy' | 'drop' | 'checkpoint'>
type Watch = Pick<CpuWatch, 'shares'>

/** The share of all cores above which others disturb, and how often a round is then measured again. */
export const DISTURBING = 0.1
export const REPEATS = 5

/**
 * Measures round after round. A disturbed one is measured again, at most five times, and the quietest try counts. Once
 * a round stayed disturbed the result is called noisy in any case, and later rounds are not repeated any more.
 */
export async function measureRounds<Scene>(
  bench: Bench<Scene>,
  server: RoundServer,
  arguments_: BenchArguments,
  { say, watch = () => new CpuWatch() }: { say: (line: string) => void; watch?: () => Watch },
): Promise<Rounds> {
  const rounds: Rounds = { kept: [], repeated: [], noisy: false }
  for (let n = 0; n < arguments_.rounds; n++) {
    const tries = [await measureRound(bench, server, arguments_, n, watch)]
    const best = () => tries.reduce((a, b) => (b.others < a.others ? b : a))
    say(`round ${n + 1}: ${told(tries[0]!)}`)
    while (best().others > DISTURBING && tries.length <= REPEATS && !rounds.noisy && !arguments_.quick) {
      tries.push(await measureRound(bench, server, arguments_, n, watch))
      say(`round ${n + 1} again: ${told(tries.at(-1)!)}`)
    }
    rounds.kept.push(best())
    rounds.repeated.push(...tries.filter((one) => one !== best()))
    rounds.noisy ||= best().others > DISTURBING
  }
  return rounds
}

async function measureRound<Scene>(
  bench: Bench<Scene>,
  server: RoundServer,
  arguments_: BenchArguments,
  n: number,
  watch: () => Watch,
): Promise<Round> {
  const database = await server.copy()
  const scene = await bench.open(database, arguments_)
  const cells: Round['cells'] = new Map()
  try {
    for (const cell of startingAt(bench.cells, n)) {
      await server.checkpoint()
      const watching = watch()
      const measure = await cell.measure(scene, arguments_)
      cells.set(cell.name, { ...measure, ...watching.shares() })
    }
    const audited = await bench.audit(scene)
    return { cells, audited, others: Math.max(...[...cells.values()].map(({ others }) => others)) }
  } finally {
    await bench.close(scene)
    await server.drop(database)
  }
}

// Each round begins with another cell, and every second one goes backwards, so that none always follows the same one.
function startingAt<Scene>(cells: Cell<Scene>[], n: number): Cell<Scene>[] {
  const at = Math.floor((n * cells.length) / 3) % cells.length
  const turned = [...cells.slice(at), ...cells.slice(0, at)]
  return n % 2 === 0 ? turned : turned.reverse()
}

function told({ others, audited }: Round): string {
  const loud = others > DISTURBING ? ', disturbed' : ''
  return `others used up to ${others.toFixed(2)} of the cores${loud}; ${audited}`
}
