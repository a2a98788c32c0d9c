import { charged, gcra, type Limit, type Verdict } from './gcra.ts'

/**
 * The buckets of many keys, in memory: two generations of them. A bucket that is used moves to the young one; when it was
 * not for as long as the filling of an empty one takes, twice, it is full, and forgotten with all of the old one. Then the
 * young one is old. So a request costs two look-ups, and what is kept is what was used lately.
 *
 * At most `max` are kept: a generation that has half of them ends early, so a flood of new keys costs memory that is
 * bounded, and forgets first what was not used for longest.
 */
export class Buckets {
  readonly limit: Limit
  readonly #max: number
  readonly #now: () => number
  readonly #generationMs: number
  #young = new Map<string, number>()
  #old = new Map<string, number>()
  #endsAt: number
  /** Told of each one that is taken here. */
  onTaken: ((key: string) => void) | undefined

  constructor(limit: Limit, now: () => number, max = 200_000) {
    this.limit = limit
    this.#max = max
    this.#now = now
    // What was taken elsewhere may have left it owing as much again.
    this.#generationMs = (2_000 * limit.burst) / limit.perSecond
    this.#endsAt = now() + this.#generationMs
  }

  /** How many buckets are kept; one of both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Takes one from the bucket of `key`, if it can. */
  take(key: string): Verdict {
    const now = this.#now()
    const verdict = gcra(this.limit, this.#tatOf(key), now)
    this.#remember(key, verdict.tat, now)
    if (verdict.allowed) this.onTaken?.(key)
    return verdict
  }

  /** Counts what was taken of the same bucket elsewhere: it is gone, if need be on credit. */
  charge(key: string, times: number): void {
    const now = this.#now()
    this.#remember(key, charged(this.limit, this.#tatOf(key), times, now), now)
  }

  #tatOf(key: string): number | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  #remember(key: string, tat: number, now: number): void {
    if (now >= this.#endsAt || this.#young.size >= this.#max / 2) {
      this.#old = this.#young
      this.#young = new Map()
      this.#endsAt = now + this.#generationMs
    }
    this.#young.set(key, tat)
  }
}
