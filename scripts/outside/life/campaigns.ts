import { setTimeout as sleep } from 'node:timers/promises'
import { Refused } from '../client.ts'
import { decimalOf, nanoOf } from '../decimal.ts'
import type { Answer } from '../reckoning/deeds.ts'
import { until } from '../until.ts'
import { known, type Life, note, person, postId } from './life.ts'

export async function fund(
  life: Life,
  who: string,
  campaign: string,
  { budget, price, tags }: { budget: bigint; price: bigint; tags?: string[] },
): Promise<void> {
  const { id } = await person(life, who).call<{ id: string }>('POST', '/v1/campaigns', {
    title: campaign,
    body: `Have a look at ${campaign}.`,
    url: 'https://sponsor.example/',
    budget: decimalOf(budget),
    pricePerView: decimalOf(price),
    ...(tags && { tags }),
  })
  life.campaigns.set(campaign, id)
  note(life, { did: 'campaign', who, campaign, budget, price })
}

type Ad = { token: string; campaign: { id: string; title: string }; price: string }

/** How long one must look, at least. */
const LOOK_MS = 1_000

/**
 * Looks at what is shown beside a post that a feed has shown.
 *
 * @returns the campaign and what it paid; undefined when none is shown
 */
export async function look(
  life: Life,
  who: string,
  post: string,
): Promise<{ campaign: string; answer: Answer } | undefined> {
  const { call } = person(life, who)
  const ad = await call<Ad | undefined>('GET', `/v1/ads/next?postId=${postId(life, post)}`)
  if (!ad) return undefined
  const campaign = [...life.campaigns].find(([, id]) => id === ad.campaign.id)?.[0]
  if (campaign === undefined) throw new Error(`nobody here funded ${ad.campaign.id}`)
  await sleep(LOOK_MS)
  const impression = { token: ad.token, visibleMs: LOOK_MS }
  const paid = await until(`a second has passed for the network too`, async () => {
    try {
      return await call<{ credited: string; budget: string }>('POST', '/v1/impressions', impression)
    } catch (error) {
      if (error instanceof Refused && error.code === 'too_early') return undefined
      throw error
    }
  })
  const answer = { credited: nanoOf(paid.credited), budget: nanoOf(paid.budget) }
  return { campaign, answer: note(life, { did: 'view', who, campaign, post }, answer) }
}

/** Closes a campaign, and waits until its rest is back with its sponsor. */
export async function closeCampaign(life: Life, who: string, campaign: string): Promise<void> {
  const { call } = person(life, who)
  const path = `/v1/campaigns/${known(life.campaigns, campaign)}`
  await call('POST', `${path}/close`)
  await until(`${campaign} is closed`, async () => {
    return (await call<{ status: string }>('GET', path)).status === 'closed'
  })
  note(life, { did: 'close campaign', campaign })
}
