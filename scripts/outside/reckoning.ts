/*
 * What must have come of a list of deeds, worked out from the rules as they are told to members and from nothing else:
 * no code of the network is imported here, and no answer of it is looked at.
 */

/** Something somebody did. Amounts are nano (1e-9 of the asset). */
export type Deed =
  /** Test dollars from the faucet into a wallet. */
  | { did: 'faucet'; who: string; amount: bigint }
  /** From a wallet into the vault, for its owner. */
  | { did: 'deposit'; who: string; amount: bigint }
  /** Into the vault for somebody, from a wallet that is none of the members'. */
  | { did: 'endow'; who: string; amount: bigint }
  | { did: 'pledge'; who: string; amount: bigint }
  | { did: 'post'; who: string; post: string }
  | { did: 'like' | 'unlike' | 'comment'; who: string; post: string }
  | { did: 'tip'; who: string; post: string; amount: bigint }
  /** Everything pending has become available. */
  | { did: 'clear' }
  | { did: 'withdraw'; who: string; amount: bigint }

/** What the network announces to everybody. Rates are nano, fees basis points. */
export type Terms = { like: bigint; comment: bigint; tipBps: bigint; clearingBps: bigint }

/** What a deed must have been answered with, where it is answered with money. */
export type Answer = { credited?: bigint; unfunded?: boolean; fee?: bigint; net?: bigint }

/** What somebody must have in the end: in the network, and in the wallet on the chain. */
export type Holding = {
  available: bigint
  pending: bigint
  pledge: bigint
  /** Everything earned, before clearing fees, less what was taken back. */
  earned: bigint
  wallet: bigint
}

export type Outcome = {
  /** One per deed. */
  answers: Answer[]
  holdings: Map<string, Holding>
  /** Of each post: likes that stand, comments, and what it earned its author. */
  posts: Map<string, { author: string; likes: number; comments: number; earned: bigint }>
  /** Clearing fees and tip fees. */
  revenue: bigint
  /** Token balance of the vault. */
  vault: bigint
}

/** Where an act falls: the fee on earned money is taken once for each member and period. */
export type PeriodOf = (act: { kind: 'like' | 'comment'; who: string; post: string }) => bigint

type Act = {
  kind: 'like' | 'comment'
  who: string
  post: string
  on: boolean
  credit: bigint
  unfunded: boolean
  reversals: number
}

/** A share of an amount, rounded up to the nano. */
export function shareUp(amount: bigint, bps: bigint): bigint {
  return (amount * bps + 9_999n) / 10_000n
}

/**
 * Works a list of deeds off, one after another.
 *
 * @param periodOf in which period an act that paid was counted; asked once everything clears
 */
export function expectedOf(deeds: readonly Deed[], terms: Terms, periodOf: PeriodOf): Outcome {
  const holdings: Outcome['holdings'] = new Map()
  const posts: Outcome['posts'] = new Map()
  const acts = new Map<string, Act>()
  let unclearedActs = new Set<Act>()
  let revenue = 0n
  let vault = 0n

  const of = (who: string) => {
    let holding = holdings.get(who)
    if (!holding) {
      holding = { available: 0n, pending: 0n, pledge: 0n, earned: 0n, wallet: 0n }
      holdings.set(who, holding)
    }
    return holding
  }
  const postOf = (id: string) => {
    const post = posts.get(id)
    if (!post) throw new Error(`${id} was not written`)
    return post
  }
  const actOf = (kind: Act['kind'], who: string, post: string) => {
    const key = `${kind} ${who} ${post}`
    const act = acts.get(key) ?? { kind, who, post, on: false, credit: 0n, unfunded: false, reversals: 0 }
    acts.set(key, act)
    return act
  }

  const switchOn = (act: Act): Answer => {
    const post = postOf(act.post)
    if (act.on) return { credited: act.credit, unfunded: act.unfunded }
    act.on = true
    if (act.who === post.author) return { credited: 0n, unfunded: false }
    if (act.credit > 0n) return { credited: act.credit, unfunded: false }
    if (act.reversals >= 3) return { credited: 0n, unfunded: false }
    const rate = terms[act.kind]
    const payer = of(act.who)
    act.unfunded = payer.pledge < rate
    if (act.unfunded) return { credited: 0n, unfunded: true }
    payer.pledge -= rate
    of(post.author).pending += rate
    of(post.author).earned += rate
    post.earned += rate
    act.credit = rate
    unclearedActs.add(act)
    return { credited: rate, unfunded: false }
  }

  const switchOff = (act: Act): Answer => {
    if (act.on && unclearedActs.delete(act)) {
      const post = postOf(act.post)
      of(post.author).pending -= act.credit
      of(post.author).earned -= act.credit
      of(act.who).pledge += act.credit
      post.earned -= act.credit
      act.credit = 0n
      act.reversals++
    }
    act.on = false
    act.unfunded = false
    return { credited: act.credit, unfunded: false }
  }

  const clear = () => {
    const gross = new Map<string, bigint>()
    for (const act of unclearedActs) {
      const { author } = postOf(act.post)
      const group = `${author}\n${periodOf(act)}`
      gross.set(group, (gross.get(group) ?? 0n) + act.credit)
    }
    unclearedActs = new Set()
    for (const [group, amount] of gross) {
      const author = of(group.slice(0, group.lastIndexOf('\n')))
      const fee = shareUp(amount, terms.clearingBps)
      author.pending -= amount
      author.available += amount - fee
      revenue += fee
    }
  }

  const live = (deed: Deed): Answer => {
    switch (deed.did) {
      case 'faucet':
        of(deed.who).wallet += deed.amount
        return {}
      case 'deposit':
        of(deed.who).wallet -= deed.amount
        of(deed.who).available += deed.amount
        vault += deed.amount
        return {}
      case 'endow':
        of(deed.who).available += deed.amount
        vault += deed.amount
        return {}
      case 'pledge':
        of(deed.who).available -= deed.amount
        of(deed.who).pledge += deed.amount
        return {}
      case 'post':
        of(deed.who)
        posts.set(deed.post, { author: deed.who, likes: 0, comments: 0, earned: 0n })
        return {}
      case 'like': {
        const act = actOf('like', deed.who, deed.post)
        if (!act.on) postOf(deed.post).likes++
        return switchOn(act)
      }
      case 'unlike': {
        const act = actOf('like', deed.who, deed.post)
        if (act.on) postOf(deed.post).likes--
        return switchOff(act)
      }
      case 'comment':
        postOf(deed.post).comments++
        return switchOn(actOf('comment', deed.who, deed.post))
      case 'tip': {
        const post = postOf(deed.post)
        const fee = shareUp(deed.amount, terms.tipBps)
        const net = deed.amount - fee
        of(deed.who).available -= deed.amount
        of(post.author).available += net
        of(post.author).earned += net
        post.earned += net
        revenue += fee
        return { fee, net }
      }
      case 'clear':
        clear()
        return {}
      case 'withdraw':
        of(deed.who).available -= deed.amount
        of(deed.who).wallet += deed.amount
        vault -= deed.amount
        return {}
    }
  }

  return { answers: deeds.map(live), holdings, posts, revenue, vault }
}
