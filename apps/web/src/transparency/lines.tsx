import { useMemo } from 'preact/hooks'
import { Chart, type Plan } from '../charts/chart.tsx'
import { fromUnits } from '../money/amount.ts'
import { network } from '../network/network.ts'
import { COLOURS, type Point } from './points.ts'

/** Two lines over the epochs. */
export default function Lines({ of }: { of: Point[] }) {
  return <Chart of={useMemo(() => planOf(of), [of])} />
}

function planOf(of: Point[]): Plan {
  const { decimals = 0, symbol = '' } = network.value?.asset ?? {}
  // Where a picture is made of them, and only there, amounts are numbers.
  const height = (units: bigint | null) => (units === null ? null : Number(fromUnits(units, decimals)))
  return {
    x: {
      scale: { time: false },
      axis: { label: 'Epoch', incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    },
    unit: symbol,
    series: [
      { stroke: COLOURS.reserves, width: 2 },
      // The two are often one line: the dashes let what lies beneath be seen.
      { stroke: COLOURS.liabilities, width: 2, dash: [6, 6] },
    ],
    data: [
      of.map(({ number }) => number),
      of.map(({ reserves }) => height(reserves)),
      of.map(({ liabilities }) => height(liabilities)),
    ],
  }
}
