import type { Rules } from '../rules.ts'

export type WithdrawalFault = 'below_minimum' | 'too_many_places' | 'invalid_recipient' | 'recipient_not_own'

/** Where a withdrawal must never go, and where it may. Addresses are EIP-55. */
export type Destinations = { own: string; forbidden: string[] }

/** What is wrong with a wish to withdraw, if anything. @param amount nano */
export function faultOf(
  amount: bigint,
  to: string,
  { own, forbidden }: Destinations,
  rules: Pick<Rules, 'minWithdrawal' | 'unit'>,
): WithdrawalFault | undefined {
  if (forbidden.includes(to)) return 'invalid_recipient'
  if (to !== own) return 'recipient_not_own'
  if (amount < rules.minWithdrawal) return 'below_minimum'
  if (amount % rules.unit !== 0n) return 'too_many_places'
  return undefined
}
