import { wallet } from '../live/live.ts'
import { isAmount, toNano } from './amount.ts'

/** Whether an amount is one, above nothing. */
export const isPayable = (amount: string): boolean => isAmount(amount) && toNano(amount) > 0n

/** Whether `available` is known not to cover it. The API has the last word. */
export const isTooMuch = (amount: string): boolean =>
  isAmount(amount) && wallet.value !== null && toNano(amount) > toNano(wallet.value.available)
