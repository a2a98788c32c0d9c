import { closePeriod, switchOff, switchOn } from './acts.ts'
import type { Answer, Deed, PeriodOf, Terms } from './deeds.ts'
import { clear, payMember, payPost } from './payments.ts'
import { type Campaign, type Holding, type Post, State } from './state.ts'
import { closeCampaign, view } from './views.ts'

/*
 * What must have come of a list of deeds, worked out from the rules as they are told to members and from nothing else:
 * no code of the network is imported here. Of its answers only those are looked at that nobody outside can know: which
 * campaign a token was for, and in which period something was counted.
 */

export type Outcome = {
  /** One per deed. */
  answers: Answer[]
  holdings: ReadonlyMap<string, Holding>
  posts: ReadonlyMap<string, Post>
  campaigns: ReadonlyMap<string, Campaign>
  /** Fees, and the house's part of views, less what was set aside for grants. */
  revenue: bigint
  /** Set aside for grants, with the budgets nobody used. */
  grants: bigint
  /** Token balance of the vault. */
  vault: bigint
}

/** Works a list of deeds off, one after another. @throws when somebody spends what they do not have */
export function expectedOf(deeds: readonly Deed[], terms: Terms, periodOf: PeriodOf): Outcome {
  const state = new State(terms, periodOf)
  const answers = deeds.map((deed) => live(state, deed))
  const { holdings, posts, campaigns, revenue, grants, vault } = state
  return { answers, holdings, posts, campaigns, revenue, grants, vault }
}

function live(state: State, deed: Deed): Answer {
  switch (deed.did) {
    case 'like':
    case 'read':
    case 'comment':
    case 'repost':
      return switchOn(state, deed)
    case 'unlike':
      return switchOff(state, 'like', deed.who, deed.post)
    case 'unrepost':
      return switchOff(state, 'repost', deed.who, deed.post)
    case 'view':
      return view(state, deed)
    case 'close campaign':
      return closeCampaign(state, deed.campaign)
    case 'tip':
      return payPost(state, deed, 'tip')
    case 'unlock':
      return payPost(state, { ...deed, amount: state.post(deed.post).price }, 'unlock')
    case 'tip member':
      return payMember(state, deed, 'tip')
    case 'charge':
      return payMember(state, deed, 'subscription')
    default:
      move(state, deed)
      return {}
  }
}

type Move = Exclude<
  Deed,
  {
    did:
      | ('like' | 'read' | 'comment' | 'repost' | 'unlike' | 'unrepost' | 'view')
      | ('close campaign' | 'tip' | 'tip member' | 'charge' | 'unlock')
  }
>

/** What is answered with no money. */
function move(state: State, deed: Move): void {
  switch (deed.did) {
    case 'faucet':
      state.of(deed.who).wallet += deed.amount
      return
    case 'deposit':
    case 'endow':
      if (deed.did === 'deposit') state.of(deed.who).wallet -= deed.amount
      state.of(deed.who).available += deed.amount
      state.vault += deed.amount
      return
    case 'pledge':
      state.take(deed.who, 'available', deed.amount)
      state.of(deed.who).pledge += deed.amount
      return
    case 'unpledge':
      state.of(deed.who).available += state.of(deed.who).pledge
      state.of(deed.who).pledge = 0n
      return
    case 'post': {
      const { who, post, splits = [{ who, bps: 10_000n }], price = 0n } = deed
      state.of(who)
      const counts = { likes: 0, comments: 0, reposts: 0 }
      state.posts.set(post, { author: who, splits, price, ...counts, earned: 0n })
      return
    }
    case 'block':
      state.blocks.add(`${deed.who} ${deed.whom}`)
      return
    case 'unblock':
      state.blocks.delete(`${deed.who} ${deed.whom}`)
      return
    case 'campaign':
      state.take(deed.who, 'available', deed.budget)
      state.campaigns.set(deed.campaign, { sponsor: deed.who, price: deed.price, left: deed.budget })
      return
    case 'fund grants':
      state.revenue -= deed.amount
      state.grants += deed.amount
      return
    case 'grant':
      state.grants -= deed.amount
      state.of(deed.who).budget += deed.amount
      state.earn(deed.who, 'grant', deed.amount)
      return
    case 'close period':
      closePeriod(state, deed.period)
      return
    case 'clear':
      clear(state)
      return
    case 'withdraw':
      state.take(deed.who, 'available', deed.amount)
      state.of(deed.who).wallet += deed.amount
      state.vault -= deed.amount
      return
  }
}
