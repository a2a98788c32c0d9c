import type { Take } from './store.ts'

export type TakeFault = 'invalid_key' | 'below_minimum' | 'too_many_places'

/** A key is 1 to 100 characters without blanks or control characters. */
const KEY = /^[\x21-\x7e]{1,100}$/

/** What is wrong with a wish to take out revenue, if anything. `amount` and `unit` in nano. */
export function faultOfTake(key: string, amount: bigint, unit: bigint): TakeFault | undefined {
  if (!KEY.test(key)) return 'invalid_key'
  if (amount <= 0n) return 'below_minimum'
  return amount % unit === 0n ? undefined : 'too_many_places'
}

/** Why a withdrawal of surplus is not covered by a booking. */
export type SurplusFault = 'no_booking' | 'other_amount' | 'paid_out_before'

/** What speaks against `amount` nano having left as the payment of this take; undefined when nothing does. */
export function faultOfPayout(take: Take | undefined, amount: bigint): SurplusFault | undefined {
  if (!take) return 'no_booking'
  if (take.paidOutBy !== null) return 'paid_out_before'
  return take.amount === amount ? undefined : 'other_amount'
}
