import { createHash } from 'node:crypto'

/**
 * `most` of these, each set of so many as likely as another; all of them when there are no more. The same seed draws the
 * same ones again, and who does not know it cannot tell which it will be.
 */
export function sampleOf<T>(all: readonly T[], most: number, seed: string): T[] {
  if (all.length <= most) return [...all]
  const left = [...all]
  for (let i = 0; i < most; i++) {
    // 48 bits: against so many, what the remainder prefers is nothing.
    const drawn = createHash('sha256').update(`${seed}/${i}`).digest().readUIntBE(0, 6)
    const at = i + (drawn % (left.length - i))
    ;[left[i], left[at]] = [left[at]!, left[i]!]
  }
  return left.slice(0, most)
}
