import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allot } from './rules.ts'

test('what is claimed comes from the oldest first', () => {
  const [first, second, third] = [{ left: 5n }, { left: 0n }, { left: 7n }]
  expect(allot([first, second, third], 9n)).toEqual({
    parts: [
      { of: first, amount: 5n },
      { of: third, amount: 4n },
    ],
    rest: 0n,
  })
  expect(allot([first, third], 13n).rest).toBe(1n)
  expect(allot([], 0n)).toEqual({ parts: [], rest: 0n })
})

test('whatever is there: parts and rest add up, none takes more than there is, and only the last is not emptied', () => {
  const some = fc.bigInt(0n, 1_000n)
  fc.assert(
    fc.property(fc.array(some, { maxLength: 9 }), some, (lefts, amount) => {
      const { parts, rest } = allot(
        lefts.map((left) => ({ left })),
        amount,
      )
      const all = lefts.reduce((a, b) => a + b, 0n)
      expect(parts.reduce((sum, p) => sum + p.amount, 0n) + rest).toBe(amount)
      expect(rest).toBe(amount > all ? amount - all : 0n)
      for (const { of, amount } of parts.slice(0, -1)) expect(amount).toBe(of.left)
      for (const { of, amount } of parts) expect(amount > 0n && amount <= of.left).toBe(true)
    }),
  )
})
