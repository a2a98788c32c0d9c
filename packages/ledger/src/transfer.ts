import { type Amount, MAX_AMOUNT } from './amount.ts'

/** One balanced move of money: `amount` leaves `debit` and arrives at `credit`. */
export type Transfer = {
  /** The uuidv7 of the durable event that caused it. Never made anew on a retry. */
  id: string
  /** Index within the event, from 0. */
  leg: number
  /** Ref of the account that pays. */
  debit: string
  /** Ref of the account that receives. */
  credit: string
  /** In nano, more than zero. */
  amount: Amount
  /** What the caller calls it; opaque to the book. A 16-bit integer. */
  code: number
}

/**
 * What the book answers to one row of a batch.
 *
 * - `ok` posted now
 * - `exists` posted before, with this very body: a success
 * - `conflict` its id and leg were posted before with another body
 * - `insufficient` the debit would go below its floor
 * - `linked_failed` another leg of its unit failed
 * - `unknown_account` a side was never opened
 * - `invalid` amount not above zero, both sides the same account, or a negative leg
 */
export type PostResult =
  | 'ok'
  | 'exists'
  | 'conflict'
  | 'insufficient'
  | 'linked_failed'
  | 'unknown_account'
  | 'invalid'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Refuses what no book could write down, whatever its state.
 * @throws RangeError for an id that is no UUID, a leg or code beyond 16 bits, an amount beyond 64
 */
export function assertRepresentable(transfers: readonly Transfer[]): void {
  for (const { id, leg, amount, code } of transfers) {
    if (!UUID.test(id)) throw new RangeError(`not a transfer id: ${id}`)
    if (!isSmallint(leg)) throw new RangeError(`not a leg: ${leg}`)
    if (!isSmallint(code)) throw new RangeError(`not a code: ${code}`)
    if (amount > MAX_AMOUNT || amount < -MAX_AMOUNT) throw new RangeError(`not an amount: ${amount}`)
  }
}

function isSmallint(value: number): boolean {
  return Number.isInteger(value) && value >= -32_768 && value <= 32_767
}
