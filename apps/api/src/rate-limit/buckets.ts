import { charged, gcra, type Limit, type Verdict } from './gcra.ts'

/**
 * The buckets of many keys, in memory. At most `max` are kept; the one longest unused goes first, so a flood of new
 * keys costs memory that is bounded.
 */
export class Buckets {
  readonly limit: Limit
  readonly #max: number
  readonly #now: () => number
  readonly #tats = new Map<string, number>()
  /** Told of each one that is taken here. */
  onTaken: ((key: string) => void) | undefined

  constructor(limit: Limit, now: () => number, max = 100_000) {
    this.limit = limit
    this.#now = now
    this.#max = max
  }

  get size(): number {
    return this.#tats.size
  }

  /** Takes one from the bucket of `key`, if it can. */
  take(key: string): Verdict {
    const verdict = gcra(this.limit, this.#tats.get(key), this.#now())
    this.#remember(key, verdict.tat)
    if (verdict.allowed) this.onTaken?.(key)
    return verdict
  }

  /** Counts what was taken of the same bucket elsewhere: it is gone, if need be on credit. */
  charge(key: string, times: number): void {
    this.#remember(key, charged(this.limit, this.#tats.get(key), times, this.#now()))
  }

  #remember(key: string, tat: number): void {
    // A Map keeps the order of insertion: taking the key out and in again moves it to the end.
    this.#tats.delete(key)
    this.#tats.set(key, tat)
    if (this.#tats.size > this.#max) {
      const oldest = this.#tats.keys().next().value
      if (oldest !== undefined) this.#tats.delete(oldest)
    }
  }
}
