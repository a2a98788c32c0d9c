import type { Rules } from '../rules.ts'
import type { WithdrawalLane } from './withdrawal.ts'

export type WithdrawalFault = 'below_minimum' | 'too_many_places' | 'invalid_recipient' | 'recipient_not_own'

/** Where a withdrawal must never go, and whose own address is not another's. Addresses are EIP-55. */
export type Destinations = { own: string; forbidden: string[] }

type LeavingRules = Pick<Rules, 'minWithdrawal' | 'unit'>

/**
 * What is wrong with a wish to withdraw, if anything. To another address it takes its member's signature, and the push
 * lane: what is claimed is claimed by one's own leaf.
 *
 * @param amount nano
 */
export function faultOf(
  { amount, to, lane, signed }: { amount: bigint; to: string; lane: WithdrawalLane; signed: boolean },
  { own, forbidden }: Destinations,
  rules: LeavingRules,
): WithdrawalFault | undefined {
  if (forbidden.includes(to)) return 'invalid_recipient'
  if (to !== own && (lane === 'pull' || !signed)) return 'recipient_not_own'
  if (amount < rules.minWithdrawal) return 'below_minimum'
  if (amount % rules.unit !== 0n) return 'too_many_places'
  return undefined
}

/** A standing order: what is available from `threshold` on is withdrawn, down to `rest`. Nano. */
export type AutoWithdrawal = { threshold: bigint; rest: bigint; lane: WithdrawalLane }

/** What an order withdraws of `available`: whole units of the token, and nothing below the minimum. Nano. */
export function automaticAmount(
  available: bigint,
  { threshold, rest }: Pick<AutoWithdrawal, 'threshold' | 'rest'>,
  { minWithdrawal, unit }: LeavingRules,
): bigint {
  if (available < threshold) return 0n
  const amount = available - rest - ((available - rest) % unit)
  return amount < minWithdrawal || amount <= 0n ? 0n : amount
}
