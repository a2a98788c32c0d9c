import { amountOf, splitByWeight } from '@rivulet/ledger'
import type { Weighed } from '../../src/periods/rules.ts'
import type { Part } from '../../src/shares/rules.ts'
import { Economy } from './economy.ts'

/** Wrong on purpose: all budgets of a period in one pot, split over all its acts by weight, as pools of likes are. */
export class PoolEconomy extends Economy {
  protected override night(): void {
    const period = BigInt(this.day)
    const acts = this.acts.flatMap((acts, who) =>
      [...acts.values()].flatMap((act) => (act.active && act.period === period ? [{ act, who }] : [])),
    )
    const pot = acts.length === 0 ? 0n : this.pour()
    const weights = acts.map(({ act }) => BigInt(this.rules.weights[act.kind]))
    const shares = pot === 0n ? [] : splitByWeight(amountOf(pot), weights)
    for (const [i, amount] of shares.entries()) {
      const { act, who } = acts[i]!
      const receiverId = `${this.world.posts[act.post]!.author}`
      this.credit([{ receiverId, role: 'author', amount }], {
        payer: who,
        from: 'pot',
        kind: act.kind,
        closing: true,
        of: act,
      })
    }
    this.day++
    this.clear()
  }

  private pour(): bigint {
    for (const [who] of this.world.people.entries())
      this.books.move(`${who}:budget`, 'pot', this.has(who, 'budget'))
    return this.books.of('pot')
  }
}

const part = (receiverId: string, amount: bigint, role: Part['role'] = 'author'): Part => ({
  receiverId,
  role,
  amount: amountOf(amount),
})

/** Wrong on purpose: each creator an equal part of the budget, whatever the acts weigh. */
export function equalPerCreator(left: bigint, acts: readonly Weighed[]): Part[][] {
  const creators = [...new Set(acts.map((act) => act.authorId))]
  const parts = splitByWeight(
    amountOf(left),
    creators.map(() => 1n),
  )
  return [creators.map((creator, i) => part(creator, parts[i]!))]
}

/** Wrong on purpose: what the plan named first, by largest remainder. */
export function largestRemainder(left: bigint, acts: readonly Weighed[]): Part[][] {
  const shares = hamilton(
    left,
    acts.map((act) => act.weight),
  )
  return acts.map(({ splits, authorId, sharerId }, i) => {
    const shared = sharerId === undefined ? 0n : shares[i]! / 10n
    const authors = splits.length > 0 ? splits : [{ memberId: authorId, bps: 10_000 }]
    const amounts = hamilton(
      shares[i]! - shared,
      authors.map(({ bps }) => BigInt(bps)),
    )
    const parts = authors.map(({ memberId }, k) => part(memberId, amounts[k]!))
    return sharerId === undefined ? parts : [part(sharerId, shared, 'sharer'), ...parts]
  })
}

function hamilton(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n)
  const parts = weights.map((weight) => (total * weight) / sum)
  const left = total - parts.reduce((all, part) => all + part, 0n)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index)
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index]! += 1n
  return parts
}
