import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { Chart, type Plan } from './chart.tsx'

/** What is drawn: a bar for each bucket of each, from the axis to its end; of two in one place the later is in front. */
export type Drawn = {
  /** RFC 3339, one after the other. */
  buckets: readonly string[]
  bars: readonly { colour: string; ends: readonly (number | null)[] }[]
  /** What stands on the axis. */
  unit: string
}

const BAR_SHARE = 0.7
const BAR_MAX = 40
/** How many buckets can be between two labels: no label is there twice. */
const MULTIPLES = [1, 2, 3, 5, 6, 7, 10, 12, 15, 30]

/** Bars in time, a place for each bucket. */
export default function Bars({ of }: { of: Drawn }) {
  return <Chart of={useMemo(() => planOf(of), [of])} />
}

function planOf(of: Drawn): Plan {
  const step = stepOf(of)
  return {
    // Hours and days are those of UTC.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    x: {
      // A bar begins where its bucket does: the last one needs room behind it.
      scale: { range: (_, first, last) => [first, last + step] },
      axis: {
        incrs: MULTIPLES.map((many) => many * step),
        values: (_, moments) => moments.map((moment) => labelOf(moment, step)),
      },
    },
    unit: of.unit,
    series: of.bars.map(({ colour }) => ({
      fill: colour,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars!({ size: [BAR_SHARE, BAR_MAX], align: 1 }),
    })),
    data: [of.buckets.map((bucket) => Date.parse(bucket) / 1000), ...of.bars.map(({ ends }) => [...ends])],
  }
}

/** How long a bucket is, in seconds. */
const stepOf = ({ buckets: [first, second] }: Drawn): number =>
  first && second ? (Date.parse(second) - Date.parse(first)) / 1000 : 86_400

function labelOf(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString()
  return step < 86_400 ? text.slice(11, 16) : text.slice(5, 10)
}
