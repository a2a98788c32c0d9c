import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './chart.css'

/** What a chart says of itself; size, theme and the scale of amounts are the same for all. */
export type Plan = {
  x: { scale: uPlot.Scale; axis: uPlot.Axis }
  /** What stands on the axis of amounts. */
  unit: string
  series: uPlot.Series[]
  /** The places, then the heights of each series. */
  data: uPlot.AlignedData
  tzDate?: uPlot.Options['tzDate']
}

const HEIGHT = 220

/** A chart as wide as there is room. Drawn again for another theme. A picture only: a table beside it says the same. */
export function Chart({ of }: { of: Plan }) {
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
  return <div ref={box} class="chart" aria-hidden="true" />
}

function draw({ x, unit, series, data, tzDate }: Plan, at: HTMLElement): uPlot {
  const colours = getComputedStyle(at)
  const lines = { stroke: colours.getPropertyValue('--pico-muted-border-color'), width: 1 }
  const axis = { stroke: colours.getPropertyValue('--pico-muted-color'), grid: lines, ticks: lines }
  const options: uPlot.Options = {
    width: at.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    ...(tzDate ? { tzDate } : {}),
    scales: {
      x: x.scale,
      y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.05 : 1] },
    },
    axes: [
      { ...axis, ...x.axis },
      { ...axis, size: 64, label: unit },
    ],
    series: [{}, ...series],
  }
  return new uPlot(options, data, at)
}
