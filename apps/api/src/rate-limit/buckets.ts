import { gcra, type Limit, type Verdict } from './gcra.ts'

/**
 * The buckets of many keys, in memory. At most `max` are kept; the one longest unused goes first, so a flood of new
 * keys costs memory that is bounded.
 */
export class Buckets {
  readonly limit: Limit
  readonly #max: number
  readonly #now: () => number
  readonly #tats = new Map<string, number>()

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
    // A Map keeps the order of insertion: taking the key out and in again moves it to the end.
    this.#tats.delete(key)
    this.#tats.set(key, verdict.tat)
    if (this.#tats.size > this.#max) {
      const oldest = this.#tats.keys().next().value
      if (oldest !== undefined) this.#tats.delete(oldest)
    }
    return verdict
  }
}
