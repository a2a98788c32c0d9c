import { ok } from '@rivulet/sdk'
import { useMemo } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Advert } from '../ads/advert.tsx'
import { api } from '../api/client.ts'
import { newIntent } from '../api/intent.ts'
import { wallet } from '../live/live.ts'
import { AmountField } from '../money/amount-field.tsx'
import { Money } from '../money/money.tsx'
import { isTooMuch } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { pathOfCampaign } from './campaign.ts'
import { bodyOf, moneyOf, useDraft } from './draft.ts'
import { Field, LongField } from './field.tsx'
import { Plan } from './plan.tsx'
import { ViewersFields } from './viewers-fields.tsx'

/** A campaign is made: what it says, what it pays, and what that buys before anything is paid. */
export function CampaignForm() {
  const draft = useDraft()
  const deed = useDeed()
  const intent = useMemo(() => newIntent(), [])
  const { route } = useLocation()
  const money = moneyOf(draft)
  const isShort = isTooMuch(draft.budget.value)

  async function make(event: Event): Promise<void> {
    event.preventDefault()
    const body = bodyOf(draft)
    await deed.run(async () => {
      try {
        const header = { 'idempotency-key': intent.keyOf(body) }
        const campaign = ok(await api.POST('/v1/campaigns', { body, params: { header } }))
        intent.end()
        tell(`${campaign.budget} ${network.value?.asset.symbol} are set aside for “${campaign.title}”.`)
        route(pathOfCampaign(campaign))
      } catch (error) {
        intent.end(error)
        throw error
      }
    })
  }

  return (
    <section aria-labelledby="make-title">
      <h2 id="make-title">A new one</h2>
      <form onSubmit={make}>
        <Field label="Title" name="title" of={draft.title} required maxLength={120} />
        <LongField label="What it says" name="body" of={draft.body} required maxLength={1_000} />
        <Field
          label="Where it leads"
          name="url"
          of={draft.url}
          required
          inputMode="url"
          pattern="https?://.+"
          title="An address that begins with https:// or http://"
          maxLength={2_000}
          placeholder="https://"
        />
        <div class="grid">
          <AmountField label="Budget" name="budget" amount={draft.budget} />
          <AmountField label="Price per view" name="price" amount={draft.price} />
        </div>
        {isShort && (
          <p class="hint" role="status">
            You have <Money of={wallet.value!.available} /> available.{' '}
            <a href="/wallet/deposit">Deposit more</a>, or set a smaller budget.
          </p>
        )}
        <ViewersFields draft={draft} />
        {money && <Plan {...money} />}
        <h3>As members see it</h3>
        <Advert
          label="Preview"
          campaign={{
            title: draft.title.value || 'Your title',
            body: draft.body.value || 'What you have to say.',
            url: draft.url.value,
          }}
          price={money ? draft.price.value : '0'}
        >
          <p class="hint">Look at it for a second, and it pays you.</p>
        </Advert>
        {deed.error !== undefined && <Trouble error={deed.error} />}
        <button type="submit" aria-busy={deed.isBusy} disabled={deed.isBusy || !money || isShort}>
          {money ? `Pay ${draft.budget.value} ${network.value?.asset.symbol}, and begin` : 'Pay, and begin'}
        </button>
      </form>
    </section>
  )
}
