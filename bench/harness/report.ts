import type { Bench, Figure, Measure, Target } from './bench.ts'
import { DISTURBING, type Round, type Rounds } from './rounds.ts'
import { digits, median } from './statistics.ts'

/** The last line of a benchmark. */
export interface Result {
  bench: string
  rounds: number
  ratios: Record<string, number>
  figures: Record<string, number>
  pass: boolean
  /** Present when others used more than a tenth of the cores in a round that counts. */
  noisy?: true
}

/** Medians of what each round found, and whether all targets are met. */
export function resultOf<Scene>(bench: Bench<Scene>, { kept, noisy }: Rounds): Result {
  const over = (figures: Figure[]) =>
    Object.fromEntries(figures.map((figure) => [figure.key, digits(median(valuesOf(figure, kept)))]))
  const [ratios, figures] = [over(bench.ratios), over(bench.figures)]
  const pass =
    bench.ratios.every(({ key, target }) => meets(ratios[key]!, target)) &&
    bench.figures.every(({ key, target }) => meets(figures[key]!, target))
  return { bench: bench.name, rounds: kept.length, ratios, figures, pass, ...(noisy && { noisy }) }
}

/** The table for people: cells, then ratios and figures with their targets. */
export function tableOf<Scene>(bench: Bench<Scene>, { kept, repeated, noisy }: Rounds): string {
  const cells = bench.cells.map(({ name }) => cellRow(name, kept))
  const ratios = bench.ratios.map((figure) => figureRow('r', figure, kept))
  const figures = bench.figures.map((figure) => figureRow('f', figure, kept))
  return [
    grid([['cell', 'per second', 'min – max', 'p50 ms', 'p99 ms', 'own', 'others', ''], ...cells]),
    grid([['key', 'median', 'min – max', 'target', ''], ...ratios, ...figures]),
    `${kept.length} rounds count, ${repeated.length} were measured again.` +
      (noisy ? ` NOISY: others used more than ${DISTURBING} of the cores in a round that counts.` : ''),
  ].join('\n\n')
}

function cellRow(name: string, rounds: Round[]): string[] {
  const found = rounds.map((round) => round.cells.get(name)!)
  const middle = (of: (measure: (typeof found)[number]) => number | undefined) =>
    median(found.map((one) => of(one) ?? Number.NaN))
  const rates = found.map(({ perSecond }) => perSecond)
  return [
    name,
    whole(median(rates)),
    `${whole(Math.min(...rates))} – ${whole(Math.max(...rates))}`,
    fixed(middle(({ latencyMs }) => latencyMs?.p50)),
    fixed(middle(({ latencyMs }) => latencyMs?.p99)),
    fixed(middle(({ own }) => own)),
    fixed(Math.max(...found.map(({ others }) => others))),
    found.at(-1)!.note ?? '',
  ]
}

function figureRow(kind: 'r' | 'f', figure: Figure, rounds: Round[]): string[] {
  const values = valuesOf(figure, rounds)
  const value = digits(median(values))
  const { key, target } = figure
  return [
    `${kind}.${key}`,
    String(value),
    `${digits(Math.min(...values))} – ${digits(Math.max(...values))}`,
    'atLeast' in target ? `≥ ${target.atLeast}` : `< ${target.below}`,
    meets(value, target) ? 'met' : 'MISSED',
  ]
}

function valuesOf(figure: Figure, rounds: Round[]): number[] {
  return rounds.map(({ cells }) =>
    figure.of((name): Measure => {
      const found = cells.get(name)
      if (!found) throw new Error(`${figure.key} asks for a cell that is none: ${name}`)
      return found
    }),
  )
}

function meets(value: number, target: Target): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value < target.below
}

function grid(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n')
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US')
const fixed = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(2))
