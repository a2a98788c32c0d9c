import type { Amount } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'
import { chargedParts, type Part, partsOf, type Receivers } from '../shares/rules.ts'

export type InteractionKind = 'like' | 'read' | 'comment' | 'repost'

/** What pays an instant credit. */
export type CreditSource = 'budget' | 'pledge'

/** How an interaction stands: one per (actor, post, kind), for ever. */
export type InteractionState = {
  active: boolean
  /** Nano of the parts of the instant credit that stand. */
  credited: bigint
  /** How often switching it off took something back so far. */
  reversals: number
}

/** After this many reversals an interaction is recorded and pays no more: toggling is not a way to move money. */
export const MAX_REVERSALS = 3

/** Why a wish is refused. */
export type ActRefusal = 'post_not_found' | 'suspended' | 'blocked' | 'invalid_via'

/** What is known about a wish before it is granted. */
export type Circumstances = {
  /** The interaction has been on once. */
  exists: boolean
  active: boolean
  postDeleted: boolean
  /** The actor is suspended or deleted. */
  suspended: boolean
  /** The post's author has blocked the actor, or the other way round. */
  blocked: boolean
  /** It names a share, and no such one was served to the actor. */
  viaInvalid: boolean
}

/** Nothing begins that may not; what had begun can always be taken back. A share is looked at only when it would count. */
export function refusalOf(on: boolean, c: Circumstances): ActRefusal | undefined {
  if (c.postDeleted && (on || !c.exists)) return 'post_not_found'
  if (!on) return undefined
  if (c.suspended) return 'suspended'
  if (c.blocked) return 'blocked'
  return !c.active && c.viaInvalid ? 'invalid_via' : undefined
}

/** Whether a wish changes anything. What was read cannot be unread. */
export function turns(kind: InteractionKind, active: boolean, on: boolean): boolean {
  return active !== on && (on || kind !== 'read')
}

/**
 * What switching an interaction on pays: the parts of the kind's rate that may be charged. None while any part of an
 * earlier instant credit stands, nor after `MAX_REVERSALS`.
 *
 * @param barred who may not earn from the payer, see `barredFrom`
 */
export function partsDue(
  state: InteractionState,
  rate: Amount,
  receivers: Receivers,
  payerId: string,
  barred: ReadonlySet<string>,
  shareBps: number,
): Part[] {
  if (state.active || state.credited > 0n || state.reversals >= MAX_REVERSALS) return []
  return chargedParts(partsOf(rate, receivers, shareBps), payerId, barred)
}

/**
 * How an interaction stands when it is switched off and what is still pending is taken back: what has cleared stays, and
 * `credited` says it. Whatever the number of parts, it is one reversal; none when nothing was pending.
 */
export function afterTakingBack(
  state: InteractionState,
  pending: readonly { closing: boolean; gross: bigint }[],
): InteractionState {
  const instant = pending.reduce((sum, part) => (part.closing ? sum : sum + part.gross), 0n)
  return {
    active: false,
    credited: state.credited - instant,
    reversals: state.reversals + (pending.length > 0 ? 1 : 0),
  }
}

/** An instant credit is paid whole or not at all: from the budget if it covers it, else from the pledge. */
export function chooseSource(
  amount: Amount,
  funds: { budget: bigint; pledge: bigint },
): CreditSource | undefined {
  if (funds.budget >= amount) return 'budget'
  if (funds.pledge >= amount) return 'pledge'
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
