/** A token bucket: `burst` at once, then `perSecond`. */
export type Limit = { burst: number; perSecond: number }

/** What a bucket says to one request. Times in milliseconds. */
export type Verdict = {
  allowed: boolean
  /** How many more would be allowed right now. */
  remaining: number
  /** Until the bucket is full again. */
  fullInMs: number
  /** Until one more would be allowed; 0 when it is now. */
  retryInMs: number
  /** What to remember: the theoretical arrival time. */
  tat: number
}

/**
 * The generic cell rate algorithm (ITU-T I.371): a token bucket that remembers one number, the theoretical arrival time
 * of the next request of an even stream.
 *
 * @param tat what the bucket remembers; undefined for one never used
 */
export function gcra(limit: Limit, tat: number | undefined, nowMs: number): Verdict {
  const interval = 1000 / limit.perSecond
  const tolerance = interval * limit.burst
  const start = Math.max(tat ?? nowMs, nowMs)
  const next = start + interval
  // A millionth of an interval forgives what rounding adds up to.
  const allowed = next - nowMs <= tolerance + interval * 1e-6
  const kept = allowed ? next : start
  const room = tolerance - (kept - nowMs)
  return {
    allowed,
    remaining: Math.max(0, Math.floor(room / interval + 1e-6)),
    fullInMs: Math.max(0, kept - nowMs),
    retryInMs: room >= interval * (1 - 1e-6) ? 0 : interval - room,
    tat: kept,
  }
}

/** What a bucket remembers after so many were taken from it without asking: more than it held is owed to it. */
export function charged(limit: Limit, tat: number | undefined, times: number, nowMs: number): number {
  return Math.max(tat ?? nowMs, nowMs) + (times * 1000) / limit.perSecond
}
