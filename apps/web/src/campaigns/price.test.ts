import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spentByPart, splitPrice, viewsFor } from './price.ts'

const SPLIT = { viewer: 3000, budget: 5000, author: 1000, platform: 1000 }

test('a view of 0.005 pays 0.0015, 0.0025, 0.0005 and 0.0005', () => {
  expect(splitPrice(5_000_000n, SPLIT)).toEqual({
    viewer: 1_500_000n,
    budget: 2_500_000n,
    author: 500_000n,
    platform: 500_000n,
  })
})

test('of the least price each part gets something', () => {
  expect(splitPrice(10n, SPLIT)).toEqual({ viewer: 3n, budget: 5n, author: 1n, platform: 1n })
})

const splits = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 3, maxLength: 3 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), 10_000])
  .map(([a, b, c, d, e]) => ({ viewer: b! - a!, budget: c! - b!, author: d! - c!, platform: e! - d! }))

test('the parts of any price by any split sum to it, and none is less than its share rounded down', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), splits, (price, split) => {
      const parts = splitPrice(price, split)
      expect(parts.viewer + parts.budget + parts.author + parts.platform).toBe(price)
      for (const name of ['viewer', 'budget', 'author', 'platform'] as const) {
        const share = (price * BigInt(split[name])) / 10_000n
        expect(parts[name] - share).toBeGreaterThanOrEqual(0n)
        expect(parts[name] - share).toBeLessThanOrEqual(split[name] === 0 ? 0n : 3n)
      }
    }),
  )
})

test('a budget buys whole views', () => {
  expect(viewsFor(1_000_000_000n, 5_000_000n)).toBe(200n)
  expect(viewsFor(9n, 5n)).toBe(1n)
  expect(viewsFor(9n, 0n)).toBe(0n)
})

test('what was spent went to four: less to authors where it stayed in the campaign', () => {
  const three = { price: 5_000_000n, paid: 3 }
  expect(spentByPart({ ...three, spent: 15_000_000n }, SPLIT)?.author).toBe(1_500_000n)
  expect(spentByPart({ ...three, spent: 14_500_000n }, SPLIT)?.author).toBe(1_000_000n)
  expect(spentByPart({ ...three, spent: 12_000_000n }, SPLIT)).toBeNull()
})
