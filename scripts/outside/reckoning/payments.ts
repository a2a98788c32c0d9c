import { amongAuthors, type Part } from './acts.ts'
import { shareUp } from './arithmetic.ts'
import type { Answer, Stream } from './deeds.ts'
import type { State } from './state.ts'

/** Money that arrives at once: whole from the payer, less a fee for the house, the rest to who is paid. */
function payNow(state: State, payer: string, whole: bigint, partsOf: (net: bigint) => Part[]): Answer {
  const fee = shareUp(whole, state.terms.fees.tipBps)
  state.take(payer, 'available', whole)
  state.revenue += fee
  for (const { receiver, stream, amount } of partsOf(whole - fee)) {
    state.of(receiver).available += amount
    state.earn(receiver, stream, amount)
  }
  return { amount: whole, fee, net: whole - fee }
}

/** To a member. */
export function payMember(
  state: State,
  { who, whom, amount }: { who: string; whom: string; amount: bigint },
  stream: Stream,
): Answer {
  return payNow(state, who, amount, (net) => [{ receiver: whom, stream, amount: net }])
}

/** To the authors of a post. The parts of who may not earn from the payer are not asked for. */
export function payPost(
  state: State,
  { who, post: name, amount }: { who: string; post: string; amount: bigint },
  stream: Stream,
): Answer {
  const post = state.post(name)
  const paid = { ...post, splits: post.splits.filter((split) => state.mayEarn(split.who, who)) }
  const whole = amongAuthors(post, amount, stream)
    .filter(({ receiver }) => state.mayEarn(receiver, who))
    .reduce((sum, part) => sum + part.amount, 0n)
  const answer = payNow(state, who, whole, (net) => amongAuthors(paid, net, stream))
  post.earned += answer.net ?? 0n
  return answer
}

/** Everything pending becomes available, less a fee on all of a member's period and kind of hold together. */
export function clear(state: State): void {
  const due = new Map<string, { who: string; gross: bigint }>()
  for (const credit of state.pending) {
    const group = `${credit.receiver}\n${credit.period}\n${credit.hold}`
    const one = due.get(group) ?? { who: credit.receiver, gross: 0n }
    due.set(group, { ...one, gross: one.gross + credit.amount })
    credit.pending = false
  }
  state.pending.clear()
  for (const [group, { who, gross }] of due) {
    // What comes late pays what it makes the fee on the whole grow by.
    const before = state.cleared.get(group) ?? { gross: 0n, fee: 0n }
    const all = before.gross + gross
    const fee = shareUp(all, state.terms.fees.clearingBps)
    state.cleared.set(group, { gross: all, fee })
    const holding = state.of(who)
    holding.pending -= gross
    holding.available += gross - (fee - before.fee)
    state.revenue += fee - before.fee
  }
}
