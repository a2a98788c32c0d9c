/** As whom somebody asks for receipts. */
export type Side = 'payer' | 'receiver'

const SLACK_MS = 3_600_000

/**
 * Which ids events of a stretch of time can have: those are made just before their transaction begins, so the stretch is
 * taken an hour longer on either side. @param from, to milliseconds since 1970 @returns UUIDs, the second exclusive
 */
export function idsBetween(from: number, to: number): [from: string, to: string] {
  return [lowestId(from - SLACK_MS), lowestId(to + SLACK_MS)]
}

/** The lowest UUID of version 7 (RFC 9562) of a millisecond: its first 48 bits, and nothing else. */
function lowestId(ms: number): string {
  const time = Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1)
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
