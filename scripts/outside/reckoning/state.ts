import type { Kind, PeriodOf, Stream, Terms } from './deeds.ts'

/** What somebody must have: in the network, and in the wallet on the chain. */
export type Holding = {
  available: bigint
  pending: bigint
  budget: bigint
  pledge: bigint
  /** Everything earned, before clearing fees, less what was taken back. */
  earned: bigint
  /** The same by how it was earned. */
  streams: Map<Stream, bigint>
  wallet: bigint
}

export function nothingHeld(): Holding {
  const nothing = { available: 0n, pending: 0n, budget: 0n, pledge: 0n, earned: 0n, wallet: 0n }
  return { ...nothing, streams: new Map() }
}

export type Post = {
  author: string
  /** Whom its money goes to, and in which parts; by itself all to the author. */
  splits: { who: string; bps: bigint }[]
  price: bigint
  likes: number
  comments: number
  reposts: number
  earned: bigint
}

/** Money on its way: pending with its receiver until it clears or is taken back. */
export type Credit = {
  receiver: string
  stream: Stream
  amount: bigint
  period: bigint
  hold: 'young' | 'views'
  post: string
  /** Of an act: who paid, and from which of their accounts. */
  paid?: { who: string; from: 'budget' | 'pledge' }
  pending: boolean
}

/** An act of somebody on a post: one for ever, on or off. */
export type Interaction = {
  kind: Kind
  who: string
  post: string
  via: string | undefined
  on: boolean
  period: bigint
  unfunded: boolean
  reversals: number
  /** What stands of what it paid at once, and of what it was given when its period closed. */
  instant: Credit[]
  closing: Credit[]
}

export type Campaign = { sponsor: string; price: bigint; left: bigint }

/** How everything stands while deeds are worked off. */
export class State {
  readonly terms: Terms
  readonly periodOf: PeriodOf
  readonly holdings = new Map<string, Holding>()
  readonly posts = new Map<string, Post>()
  /** In the order they were first made. */
  readonly interactions = new Map<string, Interaction>()
  readonly campaigns = new Map<string, Campaign>()
  readonly blocks = new Set<string>()
  readonly pending = new Set<Credit>()
  /** What was cleared so far, by member, period and kind of hold. */
  readonly cleared = new Map<string, { gross: bigint; fee: bigint }>()
  /** Closes in a row without an interaction, of who had a budget. */
  readonly idle = new Map<string, number>()
  revenue = 0n
  grants = 0n
  vault = 0n

  constructor(terms: Terms, periodOf: PeriodOf) {
    this.terms = terms
    this.periodOf = periodOf
  }

  of(who: string): Holding {
    let holding = this.holdings.get(who)
    if (!holding) {
      holding = nothingHeld()
      this.holdings.set(who, holding)
    }
    return holding
  }

  post(name: string): Post {
    const post = this.posts.get(name)
    if (!post) throw new Error(`${name} was not written`)
    return post
  }

  campaign(name: string): Campaign {
    const campaign = this.campaigns.get(name)
    if (!campaign) throw new Error(`there is no campaign ${name}`)
    return campaign
  }

  /** Nobody earns from themselves, nor from whom one of the two has blocked. */
  mayEarn(receiver: string, payer: string): boolean {
    return (
      receiver !== payer &&
      !this.blocks.has(`${receiver} ${payer}`) &&
      !this.blocks.has(`${payer} ${receiver}`)
    )
  }

  earn(who: string, stream: Stream, amount: bigint): void {
    const holding = this.of(who)
    holding.earned += amount
    holding.streams.set(stream, (holding.streams.get(stream) ?? 0n) + amount)
  }

  /** Takes from an account of somebody's what must be there. */
  take(who: string, from: 'available' | 'budget' | 'pledge', amount: bigint): void {
    const holding = this.of(who)
    if (holding[from] < amount) throw new Error(`${who} has ${holding[from]} ${from}, not ${amount}`)
    holding[from] -= amount
  }
}
