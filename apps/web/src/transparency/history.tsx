import { lazy, Suspense } from 'preact/compat'
import { fromUnits, toUnits } from '../money/amount.ts'
import { loadNetwork, network } from '../network/network.ts'
import { useFetched } from '../shell/use-fetched.ts'
import type { EpochSummary } from './compare.ts'
import { COLOURS, type Point, pointOf } from './points.ts'

const Lines = lazy(() => import('./lines.tsx'))

/** Reserves and liabilities by settlement: a picture, and the same as a table. The reserves are the chain's word. */
export function HistoryChart({ of }: { of: EpochSummary[] }) {
  const epochs = of.filter(({ status }) => status === 'active' || status === 'settled')
  const key = epochs.map(({ number }) => number).join()
  const { value } = useFetched(() => pointsOf(epochs), [key])
  if (!value || value.length === 0) return null
  return (
    <>
      {value.length > 1 && (
        <Suspense fallback={<p aria-busy="true">Drawing…</p>}>
          <Lines of={value} />
        </Suspense>
      )}
      <ul class="history-legend">
        <li>
          <span class="stroke" style={{ color: COLOURS.reserves }} aria-hidden="true" />
          Reserves, read from the chain
        </li>
        <li>
          <span class="stroke" style={{ color: COLOURS.liabilities }} aria-hidden="true" />
          Liabilities, by the settlement
        </li>
      </ul>
      <HistoryTable of={value} />
    </>
  )
}

function HistoryTable({ of }: { of: Point[] }) {
  const { decimals = 0, symbol = '' } = network.value?.asset ?? {}
  return (
    <details>
      <summary>The same as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Built (UTC)</th>
            <th scope="col">Reserves, {symbol}</th>
            <th scope="col">Liabilities, {symbol}</th>
          </tr>
        </thead>
        <tbody>
          {of.toReversed().map(({ number, at, reserves, liabilities }) => (
            <tr key={number}>
              <th scope="row">{number}</th>
              <td>{at.slice(0, 16).replace('T', ' ')}</td>
              <td>{reserves === null ? 'not kept by the node' : fromUnits(reserves, decimals)}</td>
              <td>{fromUnits(liabilities, decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** Oldest first. Without a node to ask, liabilities alone. */
async function pointsOf(epochs: EpochSummary[]): Promise<Point[]> {
  if (epochs.length === 0) return []
  const known = await loadNetwork()
  const units = (amount: string) => toUnits(amount, known.asset.decimals) ?? 0n
  const [{ openChain }, { reservesAt }] = await Promise.all([
    import('../network/open-chain.ts'),
    import('./chain.ts'),
  ])
  const chain = await openChain(known).catch(() => null)
  try {
    const points = epochs.map(async (epoch) =>
      pointOf(
        epoch,
        {
          gross: units(epoch.gross),
          authorised: units(epoch.authorisedTotal),
          payouts: units(epoch.payoutTotal),
        },
        chain && (await reservesAt(known, chain.provider, epoch.snapshotBlock)),
      ),
    )
    return (await Promise.all(points)).reverse()
  } finally {
    chain?.close()
  }
}
