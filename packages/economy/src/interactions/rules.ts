import type { Amount } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'

/** What pays an instant credit. */
export type CreditSource = 'budget' | 'pledge'

/** How an interaction stands: one per (actor, post, kind), for ever. */
export type InteractionState = {
  active: boolean
  /** Nano of the instant credit that stands. */
  credited: bigint
  /** Instant credits that were taken back so far. */
  reversals: number
}

/** After this many reversals an interaction is recorded and pays no more: toggling is not a way to move money. */
export const MAX_REVERSALS = 3

/** What switching an interaction on does to money: nothing, or an instant credit at the kind's rate. */
export function switchOn(state: InteractionState, actorIsAuthor: boolean, rate: Amount): 'nothing' | 'pay' {
  if (state.active || actorIsAuthor || rate === 0n) return 'nothing'
  if (state.credited > 0n || state.reversals >= MAX_REVERSALS) return 'nothing'
  return 'pay'
}

/** What switching it off does: a standing credit is reversed while it is pending, and stays once it has cleared. */
export function switchOff(state: InteractionState, creditIsPending: boolean): 'nothing' | 'reverse' {
  return state.active && state.credited > 0n && creditIsPending ? 'reverse' : 'nothing'
}

/** An instant credit is the whole rate or nothing: from the budget if it covers the rate, else from the pledge. */
export function chooseSource(
  rate: Amount,
  funds: { budget: bigint; pledge: bigint },
): CreditSource | undefined {
  if (funds.budget >= rate) return 'budget'
  if (funds.pledge >= rate) return 'pledge'
  return undefined
}

/** The number of the period a moment lies in. @param now seconds since 1970 */
export function periodAt(now: number, rules: Pick<Rules, 'periodSeconds'>): bigint {
  return BigInt(Math.floor(now / rules.periodSeconds))
}

/** When a credit of a period clears: after the period's end and the hold. @returns seconds since 1970 */
export function clearsAt(period: bigint, hold: keyof Rules['holds'], rules: Rules): number {
  return (Number(period) + 1) * rules.periodSeconds + rules.holds[hold]
}
