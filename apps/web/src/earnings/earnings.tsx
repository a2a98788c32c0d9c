import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { lazy, Suspense } from 'preact/compat'
import { useMemo } from 'preact/hooks'
import { api } from '../api/client.ts'
import { wallet } from '../live/live.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { EarningsTable } from './earnings-table.tsx'
import { stack } from './stack.ts'
import { type Earnings, STREAMS } from './streams.ts'

const Bars = lazy(() => import('../charts/bars.tsx'))

const RANGES = { day: '30 days', hour: '24 hours' } as const

/** What was earned by which stream and when: a picture, and the same as a table. Read again when something was earned. */
export function EarningsChart() {
  const bucket = useSignal<'day' | 'hour'>('day')
  const { value, error, again } = useFetched(
    async (signal) =>
      ok(await api.GET('/v1/wallet/earnings', { params: { query: { bucket: bucket.value } }, signal })),
    [bucket.value, wallet.value?.earnedTotal],
  )
  const drawn = useMemo(() => value && drawnOf(value), [value])
  return (
    <section aria-labelledby="earnings-title">
      <div class="row">
        <h2 id="earnings-title">Earnings</h2>
        <fieldset class="ranges">
          <legend class="hidden">How far back</legend>
          {(Object.keys(RANGES) as ('day' | 'hour')[]).map((range) => (
            <button
              key={range}
              type="button"
              class={range === bucket.value ? 'quiet on' : 'quiet'}
              aria-pressed={range === bucket.value}
              onClick={() => {
                bucket.value = range
              }}
            >
              {RANGES[range]}
            </button>
          ))}
        </fieldset>
      </div>
      {error !== undefined && <Trouble error={error} again={again} />}
      {!value && error === undefined && <p aria-busy="true">Adding up…</p>}
      {value && value.series.length === 0 && (
        <p class="hint">
          Nothing yet in these {RANGES[bucket.value]}. What you earn is drawn here as it comes.
        </p>
      )}
      {value && value.series.length > 0 && (
        <>
          <p>
            <Money of={value.total} /> in {RANGES[bucket.value]}, before clearing fees.
          </p>
          <Suspense fallback={<p aria-busy="true">Drawing…</p>}>{drawn && <Bars of={drawn} />}</Suspense>
          <ul class="legend">
            {value.series.map(({ stream }) => (
              <li key={stream} class="legend-item">
                <span class="swatch" style={{ background: STREAMS[stream].colour }} aria-hidden="true" />
                {STREAMS[stream].name}
              </li>
            ))}
          </ul>
          <EarningsTable of={value} isHourly={bucket.value === 'hour'} />
        </>
      )}
    </section>
  )
}

/** The last stream is drawn first, and those before it over it. Where a picture is made of them, and only there, amounts are numbers. */
const drawnOf = (earnings: Earnings) => ({
  buckets: earnings.buckets,
  unit: network.value?.asset.symbol ?? '',
  bars: stack(earnings)
    .reverse()
    .map(({ stream, ends }) => ({
      colour: STREAMS[stream].colour,
      ends: ends.map((end) => (end === null ? null : Number(end))),
    })),
})
