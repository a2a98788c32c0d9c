import { amountOf } from '@rivulet/ledger'
import { STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import type { CreditRole } from '../shares/rules.ts'
import { splitBudget, type Weighed } from './rules.ts'
import type { Budget, ClosingInteraction, Person } from './store.ts'

/** A part of an interaction's share of a budget: what its receipt says. */
export type ClosingCredit = {
  /** The payer's transfer. */
  id: string
  leg: number
  interaction: ClosingInteraction
  receiverId: string
  role: CreditRole
  stream: number
  gross: bigint
  hold: 'normal' | 'young'
  weight: bigint
  totalWeight: bigint
  /** What was left of the budget, and split. */
  budget: bigint
  /** The transfer to the receiver, when it is delivered. */
  postingId: string
}

/** A transfer between accounts of the books, by their ids there. */
export type Move = {
  id: string
  leg: number
  debit: bigint
  credit: bigint
  amount: bigint
  code: number
}

/** Whom an interaction credits, before it is asked who may earn. */
export function receiversOf(interaction: ClosingInteraction): Weighed & { all: string[] } {
  const { authorId, sharerId, splitMembers, splitBps } = interaction
  const splits = (splitMembers ?? []).map((memberId, i) => ({ memberId, bps: splitBps![i]! }))
  const all = splits.length > 0 ? splits.map(({ memberId }) => memberId) : [authorId]
  if (sharerId) all.push(sharerId)
  return { authorId, splits, sharerId: sharerId ?? undefined, weight: 0n, all }
}

/** Who may earn of a budget, and how what they get is named. */
export type SplitTerms = {
  rules: Rules
  people: Map<string, Person>
  /** Who may not earn from this payer. */
  barred: ReadonlySet<string>
  postingIdOf: (receiverId: string) => string
  /** Of the payer's transfer. */
  id: string
}

/** The credits of one budget, each part of each share one. */
export function creditsOf(
  { memberId, left }: Budget,
  interactions: ClosingInteraction[],
  { rules, people, barred, postingIdOf, id }: SplitTerms,
): ClosingCredit[] {
  const weighed = interactions.map((i) => ({ ...receiversOf(i), weight: BigInt(rules.weights[i.kind]) }))
  const totalWeight = weighed.reduce((sum, { weight }) => sum + weight, 0n)
  const shares = splitBudget(amountOf(left), weighed, { payerId: memberId, barred, shareBps: rules.shareBps })
  let leg = 0
  return shares.flatMap((parts, at) => {
    const interaction = interactions[at]!
    const { kind } = interaction
    return parts.map(({ receiverId, role, amount }): ClosingCredit => {
      const young = people.get(memberId)!.young || people.get(receiverId)!.young
      return {
        ...{ id, leg: leg++, interaction, receiverId, role, gross: amount, totalWeight },
        ...{ weight: weighed[at]!.weight, budget: left, hold: young ? 'young' : 'normal' },
        postingId: postingIdOf(receiverId),
        stream: STREAMS[role === 'sharer' || kind === 'repost' ? 'share' : kind],
      }
    })
  })
}

/** The moves of a step: what leaves each budget, into the account of the period. */
export function movesOf(budgets: Budget[], credits: ClosingCredit[], periodAccount: bigint): Move[] {
  const account = new Map(budgets.map((budget) => [budget.memberId, budget.account]))
  const out = new Map<string, Move>()
  for (const { id, interaction, gross } of credits) {
    const debit = account.get(interaction.actorId)!
    const paid =
      out.get(id) ??
      ({ id, leg: 0, debit, credit: periodAccount, amount: 0n, code: STREAMS.clearing } as Move)
    out.set(id, paid)
    paid.amount += gross
  }
  return [...out.values()]
}
