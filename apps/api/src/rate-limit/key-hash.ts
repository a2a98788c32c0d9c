import { randomBytes } from 'node:crypto'

// Of the process: who does not know them cannot look for keys that meet.
const [SEED_LOW, SEED_HIGH] = new Uint32Array(new Uint8Array(randomBytes(8)).buffer) as unknown as [
  number,
  number,
]

// Odd, and without a pattern in their bits: from the fractions of the square roots of 2 and 3.
const LOW_FACTOR = 0x6a09e667
const HIGH_FACTOR = 0xbb67ae85

/**
 * 64 bits of a key of one or two parts, as two unsigned numbers of 32. Other ones in every process; for tables in memory,
 * and nothing that lasts.
 */
export function keyHash(key: string, other = ''): [low: number, high: number] {
  let low = SEED_LOW
  let high = SEED_HIGH
  for (const part of [key, other]) {
    for (let i = 0; i < part.length; i++) {
      const code = part.charCodeAt(i)
      low = Math.imul(low ^ code, LOW_FACTOR)
      low ^= low >>> 15
      high = Math.imul(high ^ code, HIGH_FACTOR)
      high ^= high >>> 13
    }
    // Where a part ends: "ab" and "c" are not "a" and "bc".
    low = Math.imul(low ^ part.length ^ 0x10000, HIGH_FACTOR)
    high = Math.imul(high ^ part.length ^ 0x10000, LOW_FACTOR)
  }
  return [(low ^ (high >>> 16)) >>> 0, (high ^ (low >>> 16)) >>> 0]
}
