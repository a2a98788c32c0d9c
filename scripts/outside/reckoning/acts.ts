import { divide } from './arithmetic.ts'
import type { Act, Answer, Kind, Stream } from './deeds.ts'
import type { Credit, Interaction, Post, State } from './state.ts'

/** A part of somebody's money for a post: to its authors, or to who shared it. */
export type Part = { receiver: string; stream: Stream; amount: bigint }

/** Divides money for a post among its authors; who gets nothing is left out. */
export function amongAuthors(post: Post, amount: bigint, stream: Stream): Part[] {
  const amounts = divide(
    amount,
    post.splits.map(({ bps }) => bps),
  )
  return post.splits
    .map(({ who }, place) => ({ receiver: who, stream, amount: amounts[place] as bigint }))
    .filter((part) => part.amount > 0n)
}

/** The parts of an act's money that are paid: the sharer's first, the rest the authors'. Who may not earn is left out. */
function partsOf(state: State, { kind, who, via, post }: Interaction, whole: bigint): Part[] {
  const shared = via === undefined ? 0n : (whole * state.terms.shareBps) / 10_000n
  const parts = amongAuthors(state.post(post), whole - shared, kind === 'repost' ? 'share' : kind)
  if (via !== undefined && shared > 0n) parts.unshift({ receiver: via, stream: 'share', amount: shared })
  return parts.filter(({ receiver }) => state.mayEarn(receiver, who))
}

function pay(state: State, act: Interaction, parts: Part[], from: 'budget' | 'pledge'): Credit[] {
  return parts.map(({ receiver, stream, amount }) => {
    state.take(act.who, from, amount)
    const credit: Credit = {
      ...{ receiver, stream, amount, period: act.period, hold: 'young', post: act.post, pending: true },
      paid: { who: act.who, from },
    }
    state.of(receiver).pending += amount
    state.earn(receiver, stream, amount)
    state.post(act.post).earned += amount
    state.pending.add(credit)
    return credit
  })
}

/** Gives back what is still pending. @returns what had cleared, and stays */
function reverse(state: State, credits: Credit[]): Credit[] {
  for (const credit of credits) {
    if (!credit.pending || !credit.paid) continue
    state.of(credit.receiver).pending -= credit.amount
    state.earn(credit.receiver, credit.stream, -credit.amount)
    state.post(credit.post).earned -= credit.amount
    state.of(credit.paid.who)[credit.paid.from] += credit.amount
    state.pending.delete(credit)
  }
  return credits.filter(({ pending }) => !pending)
}

const standing = (act: Interaction) => act.instant.reduce((sum, { amount }) => sum + amount, 0n)

const answer = (act: Interaction): Answer => ({ credited: standing(act), unfunded: act.unfunded })

function interaction(state: State, kind: Kind, who: string, post: string): Interaction {
  const key = `${kind}\n${who}\n${post}`
  let act = state.interactions.get(key)
  if (!act) {
    act = {
      ...{ kind, who, post, via: undefined, on: false, period: 0n, unfunded: false, reversals: 0 },
      ...{ instant: [], closing: [] },
    }
    state.interactions.set(key, act)
  }
  return act
}

const COUNTED = { like: 'likes', comment: 'comments', repost: 'reposts', read: undefined } as const

export function switchOn(state: State, deed: Act): Answer {
  const act = interaction(state, deed.did, deed.who, deed.post)
  const counted = COUNTED[act.kind]
  // Every comment is one more, and only the first pays.
  if (counted && (!act.on || act.kind === 'comment')) state.post(deed.post)[counted]++
  if (act.on) return answer(act)
  act.on = true
  act.via = deed.via
  act.period = state.periodOf(deed)
  if (act.instant.length > 0 || act.reversals >= 3) return answer(act)

  const parts = partsOf(state, act, state.terms.rates[act.kind])
  const whole = parts.reduce((sum, { amount }) => sum + amount, 0n)
  if (whole === 0n) return answer(act)
  const { budget, pledge } = state.of(act.who)
  const from = budget >= whole ? 'budget' : pledge >= whole ? 'pledge' : undefined
  if (from) act.instant = pay(state, act, parts, from)
  act.unfunded = from === undefined
  return answer(act)
}

export function switchOff(state: State, kind: 'like' | 'repost', who: string, post: string): Answer {
  const act = interaction(state, kind, who, post)
  if (!act.on) return answer(act)
  state.post(post)[COUNTED[kind]]--
  act.on = false
  act.unfunded = false
  const before = act.instant.length + act.closing.length
  act.instant = reverse(state, act.instant)
  act.closing = reverse(state, act.closing)
  if (act.instant.length + act.closing.length < before) act.reversals++
  return answer(act)
}

/** A period closes: what is left of each budget is divided among what its owner did in it and left standing. */
export function closePeriod(state: State, period: bigint): void {
  for (const [who, holding] of state.holdings) {
    const acts = [...state.interactions.values()].filter(
      (act) => act.who === who && act.on && act.period === period,
    )
    if (acts.length > 0 || holding.budget === 0n) state.idle.delete(who)
    if (holding.budget === 0n) continue
    if (acts.length === 0) {
      const closes = (state.idle.get(who) ?? 0) + 1
      state.idle.set(who, closes)
      if (closes < state.terms.idleCloses) continue
      state.grants += holding.budget
      holding.budget = 0n
      state.idle.delete(who)
      continue
    }
    const open = acts.filter(({ closing }) => closing.length === 0)
    const shares = divide(
      holding.budget,
      open.map(({ kind }) => state.terms.weights[kind]),
    )
    open.forEach((act, place) => {
      act.closing = pay(state, act, partsOf(state, act, shares[place] as bigint), 'budget')
    })
  }
}
