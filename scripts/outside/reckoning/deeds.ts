/** How a member can earn. */
export type Stream =
  | 'attention'
  | 'like'
  | 'read'
  | 'comment'
  | 'share'
  | 'tip'
  | 'subscription'
  | 'unlock'
  | 'grant'

export type Kind = 'like' | 'read' | 'comment' | 'repost'

/** Something somebody did to a post. `via` is who shared it with them. */
export type Act = { did: Kind; who: string; post: string; via?: string }

/** A view of a campaign beside a post that was paid. Which campaign was shown, its token has told. */
export type View = { did: 'view'; who: string; campaign: string; post: string }

/** Something that happened. Amounts are nano (1e-9 of the asset). Whatever was refused is no deed. */
export type Deed =
  /** Test dollars from the faucet into a wallet. */
  | { did: 'faucet'; who: string; amount: bigint }
  /** From a wallet into the vault, for its owner. */
  | { did: 'deposit'; who: string; amount: bigint }
  /** Into the vault for somebody, from a wallet that is none of the members'. */
  | { did: 'endow'; who: string; amount: bigint }
  | { did: 'pledge'; who: string; amount: bigint }
  /** What is left of a pledge is taken back. */
  | { did: 'unpledge'; who: string }
  | { did: 'post'; who: string; post: string; splits?: { who: string; bps: bigint }[]; price?: bigint }
  | Act
  | { did: 'unlike' | 'unrepost'; who: string; post: string }
  | { did: 'block' | 'unblock'; who: string; whom: string }
  | { did: 'campaign'; who: string; campaign: string; budget: bigint; price: bigint }
  | View
  /** The sponsor closes it, and what is left comes back. */
  | { did: 'close campaign'; campaign: string }
  | { did: 'tip'; who: string; post: string; amount: bigint }
  | { did: 'tip member'; who: string; whom: string; amount: bigint }
  /** One payment of a subscription, the first or a later one. */
  | { did: 'charge'; who: string; whom: string; amount: bigint }
  | { did: 'unlock'; who: string; post: string }
  /** The operator sets revenue aside for grants. */
  | { did: 'fund grants'; amount: bigint }
  | { did: 'grant'; who: string; amount: bigint }
  /** A period has been closed: budgets are split. */
  | { did: 'close period'; period: bigint }
  /** Everything pending has become available. */
  | { did: 'clear' }
  | { did: 'withdraw'; who: string; amount: bigint }

/** What the network announces to everybody. Rates are nano, shares and fees basis points, holds seconds. */
export type Terms = {
  rates: Record<Kind, bigint>
  weights: Record<Kind, bigint>
  shareBps: bigint
  split: { viewer: bigint; budget: bigint; author: bigint; platform: bigint }
  fees: { tipBps: bigint; clearingBps: bigint }
  /** Everybody here is new: the hold of acts is the one for the young. */
  holds: { young: number; views: number }
  idleCloses: number
}

/** What a deed must have been answered with, where it is answered with money. */
export type Answer = {
  credited?: bigint
  unfunded?: boolean
  /** Of a view: into the budget. */
  budget?: bigint
  amount?: bigint
  fee?: bigint
  net?: bigint
}

/** In which period a deed was counted: nobody outside can know it to the second. */
export type PeriodOf = (deed: Act | View) => bigint
