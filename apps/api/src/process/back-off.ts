const FIRST_MS = 100
const LONGEST_MS = 10_000

/** A process that has lived so long ended for a reason of its own, not for that of the one before it. */
export const STEADY_MS = 10_000

/** How long to wait before a process is replaced. @param ends how many have ended one soon after the other, from 1 */
export function backOffMs(ends: number): number {
  return Math.min(FIRST_MS * 2 ** (ends - 1), LONGEST_MS)
}
