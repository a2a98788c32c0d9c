import { ok } from '@rivulet/sdk'
import { until } from '../outside/until.ts'
import { DONE_OR_SHORT, keyed } from './money.ts'
import { type Neighbour, unless } from './neighbour.ts'
import { TAG } from './people.ts'

const CAMPAIGN = {
  title: 'Boats by the hour at the Millrace shed (demo)',
  body: 'Two oars, one cushion, no hurry. Bring it back before the bell. This is a campaign of the demo town: it pays in test money.',
  url: 'https://millrace-rowing-shed.example/',
  budget: '20',
  pricePerView: '0.02',
}

/** How long one looks, at least. Milliseconds. */
const LOOK_MS = 1_000

/** Sets the sponsor's money out for views, once. @returns the campaign's id; undefined where there is no money for it */
export async function fundOnce({ client }: Neighbour): Promise<string | undefined> {
  const params = { header: keyed('campaign') }
  return unless(DONE_OR_SHORT, await client.POST('/v1/campaigns', { params, body: CAMPAIGN }))?.id
}

/** How many views the town's campaign has paid. */
export async function viewsPaid({ client }: Neighbour, campaignId: string): Promise<number> {
  const params = { path: { id: campaignId } }
  return ok(await client.GET('/v1/campaigns/{id}/report', { params })).totals.paid
}

/**
 * Reads the town's posts as anybody does, and looks at what is shown beside some of them, for as long as one must.
 *
 * @returns how many views were paid: fewer where nothing is shown
 */
export async function lookAround({ id, client }: Neighbour, times: number): Promise<number> {
  const params = { path: { tag: TAG }, query: { limit: 100 } }
  const { data } = ok(await client.GET('/v1/feeds/tags/{tag}', { params }))
  const others = data.filter(({ author }) => author.id !== id)
  let paid = 0
  for (let i = 0; i < times; i++) {
    const [post] = others.splice(Math.floor(Math.random() * others.length), 1)
    if (!post || !(await look(client, post.id))) break
    paid++
  }
  return paid
}

/** @returns whether something was shown beside the post, and paid */
export async function look(client: Neighbour['client'], postId: string): Promise<boolean> {
  const { data: ad, response } = await client.GET('/v1/ads/next', { params: { query: { postId } } })
  if (response.status === 204 || !ad) return false
  const shownAt = performance.now()
  return until('a view is over', async () => {
    const visibleMs = Math.floor(performance.now() - shownAt)
    if (visibleMs < LOOK_MS) return undefined
    const answer = await client.POST('/v1/impressions', { body: { token: ad.token, visibleMs } })
    return unless(['too_early', 'too_short'], answer) && true
  })
}
