import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleOf } from './sample.ts'

test('a sample has so many different ones, the same by the same seed, and all when there are no more', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.string(), (count, most, seed) => {
      const all = Array.from({ length: count }, (_, i) => i)
      const sample = sampleOf(all, most, seed)
      expect(new Set(sample).size).toBe(Math.min(count, most))
      expect(sample.every((one) => one >= 0 && one < count)).toBe(true)
      expect(sampleOf(all, most, seed)).toEqual(sample)
    }),
  )
})

test('each is drawn as often as another', () => {
  const all = Array.from({ length: 10 }, (_, i) => i)
  const drawn = all.map(() => 0)
  for (let seed = 0; seed < 5_000; seed++) for (const one of sampleOf(all, 3, `${seed}`)) drawn[one]!++
  // 1,500 each, give or take six standard deviations of √(5,000 · 0.3 · 0.7) ≈ 32.4.
  for (const times of drawn) expect(Math.abs(times - 1_500)).toBeLessThan(195)
})
