import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './bars.css'

/** What is drawn: a bar for each bucket of each, from the axis to its end; of two in one place the later is in front. */
export type Drawn = {
  /** RFC 3339, one after the other. */
  buckets: readonly string[]
  bars: readonly { colour: string; ends: readonly (number | null)[] }[]
  /** What stands on the axis. */
  unit: string
}

const HEIGHT = 220
const BAR_SHARE = 0.7
const BAR_MAX = 40
/** How many buckets can be between two labels: no label is there twice. */
const MULTIPLES = [1, 2, 3, 5, 6, 7, 10, 12, 15, 30]

/** The bars of a chart, as wide as there is room. Drawn again for another theme. A picture only: the table says the same. */
export default function Bars({ of }: { of: Drawn }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const at = box.current!
    let plot = draw(of, at)
    const widths = new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height: HEIGHT }))
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => {
      plot.destroy()
      plot = draw(of, at)
    }
    widths.observe(at)
    theme.addEventListener('change', redraw)
    return () => {
      widths.disconnect()
      theme.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [of])
  return <div ref={box} class="bars" aria-hidden="true" />
}

function draw(of: Drawn, at: HTMLElement): uPlot {
  const colours = getComputedStyle(at)
  const ink = colours.getPropertyValue('--pico-muted-color')
  const lines = { stroke: colours.getPropertyValue('--pico-muted-border-color'), width: 1 }
  const axis = { stroke: ink, grid: lines, ticks: lines }
  const options: uPlot.Options = {
    width: at.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // Hours and days are those of UTC.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: {
      // A bar begins where its bucket does: the last one needs room behind it.
      x: { range: (_, first, last) => [first, last + stepOf(of)] },
      y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        incrs: MULTIPLES.map((many) => many * stepOf(of)),
        values: (_, moments) => moments.map((moment) => labelOf(moment, stepOf(of))),
      },
      { ...axis, size: 64, label: of.unit },
    ],
    series: [
      {},
      ...of.bars.map(({ colour }) => ({
        fill: colour,
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [BAR_SHARE, BAR_MAX], align: 1 }),
      })),
    ],
  }
  const seconds = of.buckets.map((bucket) => Date.parse(bucket) / 1000)
  return new uPlot(options, [seconds, ...of.bars.map(({ ends }) => [...ends])], at)
}

/** How long a bucket is, in seconds. */
const stepOf = ({ buckets: [first, second] }: Drawn): number =>
  first && second ? (Date.parse(second) - Date.parse(first)) / 1000 : 86_400

function labelOf(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString()
  return step < 86_400 ? text.slice(11, 16) : text.slice(5, 10)
}
