import { hash } from 'node:crypto'

/** The first characters of a UUID of version 7: its 48 bits of time (RFC 9562). */
const TIME = 13

/** The greatest id of a period's deliveries. @param delivered any of them, or the one before the first */
export const lastPostingId = (delivered: string): string =>
  `${delivered.slice(0, TIME)}-ffff-ffff-ffffffffffff`

/**
 * The id of the transfer that hands over to a receiver what a period's close gives them: a UUID of version 7 of the time
 * at which the close began. Whoever asks gets the same one, so that all steps of a close agree without a look-up, and
 * receipts in the order of these ids are in the order of receivers.
 *
 * @param delivered an id of that time, as `periods.delivered` is
 */
export function postingIdOf(delivered: string, period: bigint, receiverId: string): string {
  const bits = hash('sha256', `${period} ${receiverId}`, 'hex')
  const variant = ((Number.parseInt(bits[3]!, 16) & 3) | 8).toString(16)
  return `${delivered.slice(0, TIME)}-7${bits.slice(0, 3)}-${variant}${bits.slice(4, 7)}-${bits.slice(7, 19)}`
}

/** Whether a closing credit of a period that is being closed is still in the period's account. */
export function isUndelivered(postingId: string, delivered: string): boolean {
  return postingId.slice(0, TIME) === delivered.slice(0, TIME) && postingId > delivered
}
