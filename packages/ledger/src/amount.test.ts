import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
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

  test('the highest averages get what is left: 10 by 3:3:1 is 4.28, 4.28, 1.42, and 3/5 is more than 1/2', () => {
    expect(splitByWeight(amountOf(10n), [3n, 3n, 1n])).toEqual([5n, 4n, 1n])
  })

  test("seats by votes, the textbook examples of D'Hondt's method", () => {
    const votes = [47_000n, 16_000n, 15_900n, 12_000n, 6_000n, 3_100n]
    expect(splitByWeight(amountOf(10n), votes)).toEqual([5n, 2n, 2n, 1n, 0n, 0n])
    expect(splitByWeight(amountOf(8n), [100_000n, 80_000n, 30_000n, 20_000n])).toEqual([4n, 3n, 1n, 0n])
  })

  test('one read more for bob is never less for bob: 19 nano over his two comments and two reads of others', () => {
    // By largest remainder he would have 16 of 19 before, and 15 with the read more.
    expect(splitByWeight(amountOf(19n), [10n, 2n, 10n, 2n])).toEqual([9n, 1n, 8n, 1n])
    expect(splitByWeight(amountOf(19n), [10n, 2n, 10n, 2n, 2n])).toEqual([8n, 1n, 8n, 1n, 1n])
  })

  test('bob in two halves has no more than whole: 18 nano by 8:2, and by 2:6:2', () => {
    // By largest remainder he would have 14 whole, and 15 in two.
    expect(splitByWeight(amountOf(18n), [8_000n, 2_000n])).toEqual([15n, 3n])
    expect(splitByWeight(amountOf(18n), [2_000n, 6_000n, 2_000n])).toEqual([4n, 11n, 3n])
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

  const weights = fc.array(fc.oneof(fc.bigInt(0n, 12n), fc.bigInt(0n, 10n ** 12n)), {
    minLength: 1,
    maxLength: 30,
  })
  const totals = fc.oneof(fc.bigInt(0n, 100n), fc.bigInt(0n, 10n ** 15n))
  const sumOf = (parts: readonly bigint[]) => parts.reduce((all, part) => all + part, 0n)
  const split = (total: bigint, by: readonly bigint[]) => splitByWeight(amountOf(total), by)

  test('parts sum to the whole, none is less than its share rounded down, and none is owed the next unit more', () => {
    fc.assert(
      fc.property(fc.oneof(totals, fc.bigInt(0n, MAX_AMOUNT)), weights, (total, by) => {
        const sum = sumOf(by)
        fc.pre(sum > 0n)
        const parts = split(total, by)
        expect(sumOf(parts)).toBe(total)
        for (const [i, part] of parts.entries()) {
          expect(part).toBeGreaterThanOrEqual((total * by[i]!) / sum)
          // The last unit of each was given at an average no lower than the next of any other would have.
          const lower = (other: bigint, k: number) => by[i]! * (other + 1n) < by[k]! * part
          expect(part > 0n && parts.some(lower)).toBe(false)
        }
      }),
    )
  })

  test('a weight added last takes from every other or leaves it, and of more nobody has less', () => {
    fc.assert(
      fc.property(totals, weights, fc.bigInt(0n, 10n ** 12n), (total, by, more) => {
        fc.pre(sumOf(by) > 0n)
        const before = split(total, by)
        const after = split(total, [...by, more])
        expect(before.every((part, i) => after[i]! <= part)).toBe(true)
        expect(split(total + 1n, by).every((part, i) => part >= before[i]!)).toBe(true)
      }),
    )
  })

  test('in two pieces side by side nobody has more than whole', () => {
    fc.assert(
      fc.property(totals, weights, fc.nat(29), fc.bigInt(0n, 10n ** 12n), (total, by, at, cut) => {
        fc.pre(sumOf(by) > 0n)
        const i = at % by.length
        const piece = cut % (by[i]! + 1n)
        const cloned = split(total, by.toSpliced(i, 1, piece, by[i]! - piece))
        expect(cloned[i]! + cloned[i + 1]!).toBeLessThanOrEqual(split(total, by)[i]!)
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
