import { useSignal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { useEffect, useRef } from 'preact/hooks'
import { api } from '../api/client.ts'
import { explain } from '../api/explain.ts'
import { Money } from '../money/money.tsx'
import { Advert } from './advert.tsx'
import { useSeen } from './use-seen.ts'

type Ad = components['schemas']['Ad']
type Impression = components['schemas']['Impression']

/** A little more than the second that the API asks for, by its own clock. */
const SEEN_MS = 1_200

/** A sponsor's post beside a member's. It pays when it was really seen. Nothing where there is none to show. */
export function SponsoredCard({ beside }: { beside: string }) {
  const ad = useSignal<Ad | null>(null)
  useEffect(() => {
    const leaving = new AbortController()
    api
      .GET('/v1/ads/next', { params: { query: { postId: beside } }, signal: leaving.signal })
      .then(({ data }) => {
        ad.value = data ?? null
      })
      .catch(() => undefined)
    return () => leaving.abort()
  }, [beside])
  return ad.value && <Card ad={ad.value} />
}

function Card({ ad: { token, campaign, price } }: { ad: Ad }) {
  const card = useRef<HTMLElement>(null)
  const paid = useSignal<Impression | null>(null)
  const refused = useSignal<string | null>(null)
  useSeen(card, SEEN_MS, async (visibleMs) => {
    try {
      paid.value = ok(await api.POST('/v1/impressions', { body: { token, visibleMs } }))
    } catch (error) {
      refused.value = explain(error)
    }
  })
  return (
    <Advert campaign={campaign} price={price} card={card}>
      <p role="status" class="hint">
        {paid.value && (
          <>
            <Money of={paid.value.credited} signed /> for you, <Money of={paid.value.budget} signed /> in your
            budget: your likes give it on.
          </>
        )}
        {refused.value}
        {!paid.value && refused.value === null && 'Look at it for a second, and it pays you.'}
      </p>
    </Advert>
  )
}
