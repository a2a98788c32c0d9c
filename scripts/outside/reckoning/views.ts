import { amongAuthors } from './acts.ts'
import { divide } from './arithmetic.ts'
import type { Answer, View } from './deeds.ts'
import type { State } from './state.ts'

/** A view is paid: to the viewer, at once and to be given on, to the authors of the post beside it, and to the house. */
export function view(state: State, deed: View): Answer {
  const campaign = state.campaign(deed.campaign)
  const { split, holds } = state.terms
  const [viewer, budget, author, platform] = divide(campaign.price, [
    split.viewer,
    split.budget,
    split.author,
    split.platform,
  ]) as [bigint, bigint, bigint, bigint]
  const post = state.post(deed.post)
  const period = state.periodOf(deed)
  const hold = holds.views > holds.young ? 'views' : 'young'
  const authors = amongAuthors(post, author, 'attention').filter(
    ({ receiver }) => receiver !== deed.who && state.mayEarn(receiver, campaign.sponsor),
  )
  for (const { receiver, amount } of [...authors, { receiver: deed.who, amount: viewer }]) {
    if (amount === 0n) continue
    state.of(receiver).pending += amount
    state.earn(receiver, 'attention', amount)
    state.pending.add({
      ...{ receiver, stream: 'attention', amount, period, hold, post: deed.post, pending: true },
    })
    campaign.left -= amount
  }
  for (const { amount } of authors) post.earned += amount
  state.of(deed.who).budget += budget
  state.revenue += platform
  campaign.left -= budget + platform
  if (campaign.left < 0n) throw new Error(`${deed.campaign} has paid more than was put in`)
  return { credited: viewer, budget }
}

export function closeCampaign(state: State, name: string): Answer {
  const campaign = state.campaign(name)
  const amount = campaign.left
  state.of(campaign.sponsor).available += amount
  campaign.left = 0n
  return { amount }
}
