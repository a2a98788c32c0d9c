import { ok } from '@rivulet/sdk'
import { useMemo } from 'preact/hooks'
import { api } from '../api/client.ts'
import { newIntent } from '../api/intent.ts'
import { fromNano, toNano } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import type { Campaign, CampaignReport } from './campaign.ts'

type Props = { campaign: Campaign; report: CampaignReport; closed: () => void }

/** Where a campaign is closed, with what comes back; and when it was, what came. */
export function CloseCampaign({ campaign, report, closed }: Props) {
  const deed = useDeed()
  const intent = useMemo(() => newIntent(), [])
  const { id, status, budget } = campaign

  const close = () =>
    deed.run(async () => {
      try {
        const params = { path: { id }, header: { 'idempotency-key': intent.keyOf({ id }) } }
        const answer = ok(await api.POST('/v1/campaigns/{id}/close', { params }))
        intent.end()
        tell(
          answer.status === 'closed'
            ? 'It is closed. What was left is in your available.'
            : 'It is shown to nobody any more. The rest comes when the last cards are over.',
        )
      } catch (error) {
        intent.end(error)
        throw error
      }
      closed()
    })

  return (
    <section aria-labelledby="close-title">
      <h2 id="close-title">{status === 'active' ? 'Close it' : 'Its end'}</h2>
      {status === 'closed' && (
        <p>
          <Money of={fromNano(toNano(budget) - toNano(report.totals.spent) + toNano(report.totals.voided))} />{' '}
          of {budget} came back to you.
        </p>
      )}
      {status === 'closing' && (
        <p>
          <Money of={report.remaining} /> come back to you when the cards that are out are seen or over, and
          what is not paid of the <Money of={report.open} /> on those.
        </p>
      )}
      {status === 'active' && (
        <>
          <p>
            <Money of={report.remaining} /> come back to your available
            {report.open === '0'
              ? '.'
              : `, and what is not paid of the ${report.open} on cards that are out.`}{' '}
            It cannot be opened again.
          </p>
          {deed.error !== undefined && <Trouble error={deed.error} />}
          <button
            type="button"
            class="secondary"
            aria-busy={deed.isBusy}
            disabled={deed.isBusy}
            onClick={close}
          >
            Close, and have the rest back
          </button>
        </>
      )}
    </section>
  )
}
