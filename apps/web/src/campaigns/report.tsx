import { lazy, Suspense } from 'preact/compat'
import { useMemo } from 'preact/hooks'
import { fromNano, toNano } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { Fact } from '../shell/fact.tsx'
import type { Campaign, CampaignReport } from './campaign.ts'
import { viewsByDay } from './days.ts'
import { DaysTable } from './days-table.tsx'
import { PARTS, type Part, spentByPart } from './price.ts'
import { refusalOf, refusalsOf } from './refusals.ts'

const Bars = lazy(() => import('../charts/bars.tsx'))
const COLOUR = '#3f86c9'

type Props = { campaign: Campaign; report: CampaignReport; again: () => void }

/** What became of a campaign: views, money, what was refused and why, and each day. */
export function Report({ campaign, report, again }: Props) {
  const { totals, days, remaining, open } = report
  const drawn = useMemo(() => {
    const { buckets, views } = viewsByDay(days)
    return { buckets, unit: 'views', bars: [{ colour: COLOUR, ends: views }] }
  }, [days])
  const refused = refusalsOf(totals.refused)
  const price = toNano(campaign.pricePerView)
  const parts = spentByPart({ price, paid: totals.paid, spent: toNano(totals.spent) }, network.value!.split)
  return (
    <section aria-labelledby="report-title">
      <div class="row">
        <h2 id="report-title">Report</h2>
        <button type="button" class="quiet" onClick={again}>
          Read again
        </button>
      </div>
      <dl class="campaign-facts">
        <Fact name="Paid views">{totals.paid}</Fact>
        <Fact name="Spent">
          <Money of={totals.spent} />
        </Fact>
        <Fact name="Left for views">
          <Money of={remaining} />
        </Fact>
        <Fact name="On cards that are out">
          <Money of={open} />
        </Fact>
        <Fact name="Cards shown, and not paid">{totals.expired}</Fact>
        {totals.voidedViews > 0 && (
          <Fact name="Voided, and given back">
            {totals.voidedViews}: <Money of={totals.voided} />
          </Fact>
        )}
      </dl>
      {totals.paid > 0 && parts && (
        <>
          <h3>Where it went</h3>
          <ul>
            {(Object.keys(PARTS) as Part[]).map((part) => (
              <li key={part}>
                <Money of={fromNano(parts[part])} /> {PARTS[part]}
              </li>
            ))}
          </ul>
          <p class="hint">
            Where you or the viewer wrote the post, its author's part stayed in the campaign.
          </p>
        </>
      )}
      <h3>Not shown, or not paid</h3>
      {refused.length === 0 && <p class="hint">Nobody was refused so far.</p>}
      <ul>
        {refused.map(([reason, count]) => (
          <li key={reason}>
            {count} × {refusalOf(reason)}
          </li>
        ))}
      </ul>
      <h3>By day</h3>
      {days.length === 0 ? (
        <p class="hint">It has not been shown yet. Each day it is stands here.</p>
      ) : (
        <>
          <Suspense fallback={<p aria-busy="true">Drawing…</p>}>
            <Bars of={drawn} />
          </Suspense>
          <DaysTable campaign={campaign} days={days} again={again} />
        </>
      )}
    </section>
  )
}
