import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { fromUnits } from '../money/amount.ts'
import { network } from '../network/network.ts'
import { COLOURS, type Point } from './points.ts'

const HEIGHT = 220

/** Two lines over the epochs. Drawn again for another theme. A picture only: the table says the same. */
export default function Lines({ of }: { of: Point[] }) {
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
  return <div ref={box} class="history" aria-hidden="true" />
}

function draw(of: Point[], at: HTMLElement): uPlot {
  const colours = getComputedStyle(at)
  const ink = colours.getPropertyValue('--pico-muted-color')
  const lines = { stroke: colours.getPropertyValue('--pico-muted-border-color'), width: 1 }
  const axis = { stroke: ink, grid: lines, ticks: lines }
  const { decimals = 0, symbol = '' } = network.value?.asset ?? {}
  // Where a picture is made of them, and only there, amounts are numbers.
  const height = (units: bigint | null) => (units === null ? null : Number(fromUnits(units, decimals)))
  const options: uPlot.Options = {
    width: at.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.05 : 1] },
    },
    axes: [
      { ...axis, label: 'Epoch', incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      { ...axis, size: 64, label: symbol },
    ],
    series: [
      {},
      { stroke: COLOURS.reserves, width: 2 },
      // The two are often one line: the dashes let what lies beneath be seen.
      { stroke: COLOURS.liabilities, width: 2, dash: [6, 6] },
    ],
  }
  return new uPlot(
    options,
    [
      of.map(({ number }) => number),
      of.map(({ reserves }) => height(reserves)),
      of.map(({ liabilities }) => height(liabilities)),
    ],
    at,
  )
}
