import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Amount,
  amountOf,
  feeUp,
  formatAmount,
  MAX_AMOUNT,
  parseAmount,
  splitByBps,
  splitByWeight,
} from './amount.ts'

describe('reading', () => {
  test.each([
    ['0', 0n],
    ['1', 1_000_000_000n],
    ['0.0005', 500_000n],
    ['0.000000001', 1n],
    ['1.50', 1_500_000_000n],
    ['999999999.999999999', 999_999_999_999_999_999n],
  ])('%s is %d nano', (text, nano) => {
    expect(parseAmount(text)).toEqual({ ok: true, amount: nano })
  })

  test.each([
    '',
    ' ',
    '00',
    '01',
    '.5',
    '1.',
    '-1',
    '+1',
    '1e3',
    '1E3',
    'NaN',
    'Infinity',
    '0x10',
    '1,5',
    ' 1',
    '1 ',
    '1\n',
    '１',
    '1.0000000001',
    '1000000000',
    '0.5.5',
    '1_000',
    'null',
    1,
    1n,
    0.5,
    null,
    undefined,
    {},
    ['1'],
  ])('%o is refused', (text) => {
    expect(parseAmount(text)).toEqual({ ok: false, error: 'malformed_amount' })
  })
})

describe('writing', () => {
  test.each([
    [0n, '0'],
    [1n, '0.000000001'],
    [500_000n, '0.0005'],
    [1_000_000_000n, '1'],
    [10_100_000_000n, '10.1'],
    [-500_000n, '-0.0005'],
    [-2_000_000_000n, '-2'],
  ])('%d nano is %s', (nano, text) => {
    expect(formatAmount(nano)).toBe(text)
  })

  test('what was written reads back as the same', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999_999_999n), (nano) => {
        expect(parseAmount(formatAmount(nano))).toEqual({ ok: true, amount: nano })
      }),
    )
  })
})

test('an amount is neither negative nor beyond 64 bits', () => {
  expect(amountOf(MAX_AMOUNT)).toBe(9_223_372_036_854_775_807n)
  expect(() => amountOf(-1n)).toThrow(RangeError)
  expect(() => amountOf(MAX_AMOUNT + 1n)).toThrow(RangeError)
})

describe('splitting', () => {
  test('100 in three equal parts: the first gets the odd one', () => {
    expect(splitByWeight(amountOf(100n), [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
  })

  test('the largest remainders get what is left: 10 by 3:3:1 is 4.28, 4.28, 1.42', () => {
    expect(splitByWeight(amountOf(10n), [3n, 3n, 1n])).toEqual([4n, 4n, 2n])
  })

  test('the seats of a house of 100 by votes, the textbook example of the method', () => {
    // 47000, 16000, 15900, 12000, 6000, 3100 votes and 10 seats: Hamilton gives 5, 2, 1, 1, 1, 0.
    const votes = [47_000n, 16_000n, 15_900n, 12_000n, 6_000n, 3_100n]
    expect(splitByWeight(amountOf(10n), votes)).toEqual([5n, 2n, 1n, 1n, 1n, 0n])
  })

  test('a view of 0.001 by 3000/5000/1000/1000', () => {
    expect(splitByBps(amountOf(1_000_000n), [3000, 5000, 1000, 1000])).toEqual([
      300_000n,
      500_000n,
      100_000n,
      100_000n,
    ])
  })

  test('who has no weight gets nothing, even of the rest', () => {
    expect(splitByWeight(amountOf(7n), [0n, 2n, 2n, 0n])).toEqual([0n, 4n, 3n, 0n])
  })

  test('parts sum to the whole, and none is a whole nano away from its share', () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 12n), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_AMOUNT), weights, (total, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0n)
        fc.pre(sum > 0n)
        const parts = splitByWeight(total as Amount, weights)
        expect(parts.reduce((a: bigint, b) => a + b, 0n)).toBe(total)
        parts.forEach((part, n) => {
          const distance = part * sum - total * weights[n]!
          expect(distance < sum && distance > -sum).toBe(true)
        })
      }),
    )
  })

  test('nothing to split by, a negative weight, and points that are not 10,000 throw', () => {
    expect(() => splitByWeight(amountOf(7n), [])).toThrow(RangeError)
    expect(() => splitByWeight(amountOf(7n), [0n])).toThrow(RangeError)
    expect(() => splitByWeight(amountOf(7n), [2n, -1n])).toThrow(RangeError)
    expect(() => splitByBps(amountOf(7n), [5000, 4999])).toThrow(RangeError)
  })
})

describe('fees', () => {
  test.each([
    [1_000_000n, 250, 25_000n],
    [1n, 250, 1n],
    [40n, 250, 1n],
    [41n, 250, 2n],
    [0n, 250, 0n],
    [77n, 0, 0n],
    [77n, 10_000, 77n],
  ])('%d at %i bps is %d, rounded up', (amount, bps, fee) => {
    expect(feeUp(amountOf(amount), bps)).toBe(fee)
  })

  test.each([-1, 10_001, 2.5, Number.NaN])('%d bps is no fee', (bps) => {
    expect(() => feeUp(amountOf(1n), bps)).toThrow(RangeError)
  })
})
