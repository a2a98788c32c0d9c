import type { Section } from './history.ts'
import type { Tally } from './tally.ts'

export type Report = {
  chaos: 'settlement'
  seed: number
  scale: number
  /** Only some histories were asked for: nothing is said of targets. */
  partial: boolean
  counts: Record<string, number>
  violations: number
  seconds: number
  pass: boolean
}

/** What was to be reached at this scale, and what was. */
function reached(tally: Tally, sections: readonly Section[], scale: number) {
  return sections.flatMap(({ name, targets }) =>
    Object.entries(targets).map(([what, full]) => {
      const done = what === 'distinct points' ? tally.distinct('point: ') : (tally.counts.get(what) ?? 0)
      // How many points there are is not a matter of scale, but how many are aimed at is.
      return { section: name, what, done, target: Math.max(1, Math.round(full * Math.min(scale, 1))) }
    }),
  )
}

export function reportOf(
  tally: Tally,
  sections: readonly Section[],
  { seed, scale, seconds, partial }: Pick<Report, 'seed' | 'scale' | 'seconds' | 'partial'>,
): Report {
  const all = reached(tally, sections, scale)
  const own = [...tally.counts].filter(([what]) => !what.startsWith('point: '))
  const counts = {
    ...Object.fromEntries(own),
    ...Object.fromEntries(all.map(({ what, done }) => [what, done])),
    'calls to the chain': tally.calls,
    'commits of the worker': tally.commits,
  }
  const isReached = partial ? tally.counts.has('histories') : all.every(({ done, target }) => done >= target)
  const pass = tally.violations.length === 0 && isReached
  return {
    chaos: 'settlement',
    seed,
    scale,
    partial,
    counts,
    violations: tally.violations.length,
    seconds,
    pass,
  }
}

/** For people: each count beside its target, then what was counted beside. */
export function tableOf(tally: Tally, sections: readonly Section[], report: Report): string {
  const all = reached(tally, sections, report.scale)
  const rows = all.map(({ section, what, done, target }) => [
    ...[section, what, String(done), String(target)],
    done >= target || report.partial ? '' : 'MISSED',
  ])
  const named = new Set(all.map(({ what }) => what))
  const others = Object.entries(report.counts)
    .filter(([what]) => !named.has(what))
    .map(([what, done]) => ['', what, String(done), '', ''])
  return grid([['section', 'what', 'done', 'target', ''], ...rows, ...others])
}

function grid(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
