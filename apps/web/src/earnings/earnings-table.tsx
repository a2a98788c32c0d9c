import { totals } from './stack.ts'
import { type Earnings, STREAMS } from './streams.ts'

/** The chart in words, newest first; buckets in which nothing was earned are left out. */
export function EarningsTable({ of, isHourly }: { of: Earnings; isHourly: boolean }) {
  const sums = totals(of)
  const rows = of.buckets
    .map((bucket, i) => ({ bucket, values: of.series.map(({ values }) => values[i]!), sum: sums[i]! }))
    .filter(({ values }) => values.some((value) => value !== '0'))
    .reverse()
  return (
    <details>
      <summary>The same as a table</summary>
      <div class="overflow-auto">
        <table>
          <thead>
            <tr>
              <th scope="col">{isHourly ? 'Hour (UTC)' : 'Day (UTC)'}</th>
              {of.series.map(({ stream }) => (
                <th scope="col" key={stream}>
                  {STREAMS[stream].name}
                </th>
              ))}
              <th scope="col">Together</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ bucket, values, sum }) => (
              <tr key={bucket}>
                <th scope="row">{isHourly ? bucket.slice(0, 16).replace('T', ' ') : bucket.slice(0, 10)}</th>
                {values.map((value, i) => (
                  <td key={of.series[i]!.stream}>{value}</td>
                ))}
                <td>{sum}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
