import { charged, gcra, type Limit, type Verdict } from './gcra.ts'
import { keyHash } from './key-hash.ts'

/** Slots a key may be in. With fewer, keys that meet push each other out long before all slots are taken. */
const WAYS = 8

/**
 * The buckets of many keys, in memory that is taken once and never grows: a hash table of numbers, in which a key has the
 * choice of a few slots. A bucket that is full again has nothing to tell, so its slot is free. When none of a key's slots is
 * free, the bucket that is nearest to full is forgotten: a flood of new keys pushes out its own before those that owe more.
 *
 * Two keys of one hash share a bucket. It has 64 bits and a secret start, and keys are ids and addresses, which nobody is
 * free to choose.
 */
export class Buckets {
  readonly limit: Limit
  readonly #now: () => number
  readonly #sets: number
  /** Two of 32 bits a slot. */
  readonly #hashes: Uint32Array
  /** The theoretical arrival time of each slot, in ms; 0 for one never used. */
  readonly #tats: Float64Array
  /** Told of each one that is taken here. */
  onTaken: ((key: string) => void) | undefined

  /** @param max how many are kept, rounded up to a power of two; 16 bytes each */
  constructor(limit: Limit, now: () => number, max = 131_072) {
    this.limit = limit
    this.#now = now
    this.#sets = 2 ** Math.ceil(Math.log2(Math.max(max, WAYS) / WAYS))
    this.#hashes = new Uint32Array(2 * WAYS * this.#sets)
    this.#tats = new Float64Array(WAYS * this.#sets)
  }

  /** How many buckets are not full. Looks at all of them. */
  get size(): number {
    const now = this.#now()
    return this.#tats.reduce((count, tat) => (tat > now ? count + 1 : count), 0)
  }

  /** Takes one from the bucket of `key`, or of `key` and `other` together, if it can. */
  take(key: string, other = ''): Verdict {
    const now = this.#now()
    const slot = this.#slotOf(key, other, now)
    const verdict = gcra(this.limit, this.#tats[slot], now)
    this.#tats[slot] = verdict.tat
    if (verdict.allowed) this.onTaken?.(key)
    return verdict
  }

  /** Counts what was taken of the same bucket elsewhere: it is gone, if need be on credit. */
  charge(key: string, times: number): void {
    const now = this.#now()
    const slot = this.#slotOf(key, '', now)
    this.#tats[slot] = charged(this.limit, this.#tats[slot], times, now)
  }

  /** The slot of a key, or the one it gets: empty then. */
  #slotOf(key: string, other: string, now: number): number {
    const [low, high] = keyHash(key, other)
    const first = WAYS * (low & (this.#sets - 1))
    let spare = first
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.#hashes[2 * slot] === low && this.#hashes[2 * slot + 1] === high) return slot
      if (this.#tats[slot]! < this.#tats[spare]!) spare = slot
    }
    this.#hashes[2 * spare] = low
    this.#hashes[2 * spare + 1] = high
    this.#tats[spare] = now
    return spare
  }
}
