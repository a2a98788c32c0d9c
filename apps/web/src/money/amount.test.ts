import fc from 'fast-check'
import { expect, test } from 'vitest'
import { feeOf, fromNano, fromUnits, isAmount, percentOf, toNano, toUnits } from './amount.ts'

/** An amount by its digits: what is written, and its nano by the place of each digit, not by the code under test. */
const written = fc
  .tuple(fc.nat(999_999_999), fc.array(fc.nat(9), { maxLength: 9 }))
  .map(([whole, places]) => ({
    text: places.length > 0 ? `${whole}.${places.join('')}` : String(whole),
    nano: BigInt(`${whole}${[...places, ...Array(9 - places.length).fill(0)].join('')}`),
  }))

test('an amount is the nano its digits say, and is written back without trailing zeros', () => {
  fc.assert(
    fc.property(written, fc.boolean(), ({ text, nano }, isNegative) => {
      const sign = isNegative ? '-' : ''
      expect(isAmount(text)).toBe(true)
      expect(toNano(sign + text)).toBe(isNegative ? -nano : nano)
      const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text
      expect(fromNano(isNegative ? -nano : nano)).toBe(nano === 0n ? '0' : sign + shortest)
    }),
  )
})

test('what the API would not take is no amount', () => {
  for (const text of [
    '',
    '.5',
    '5.',
    '01',
    '-1',
    '+1',
    '1e3',
    '1,5',
    '0x1',
    '1234567890',
    '0.1234567890',
    ' 1',
  ])
    expect(isAmount(text), text).toBe(false)
})

test('a fee is rounded up: counted in steps of a ten-thousandth', () => {
  // Of docs/ECONOMY.md: a tip of 1.000000001 has a fee of 0.025000001, so 0.975 arrive.
  expect(fromNano(feeOf(toNano('1.000000001'), 250))).toBe('0.025000001')
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 18n), fc.integer({ min: 0, max: 10_000 }), (amount, bps) => {
      const fee = feeOf(amount, bps)
      // The least whole number that is no less than the exact share.
      expect(fee * 10_000n >= amount * BigInt(bps)).toBe(true)
      expect((fee - 1n) * 10_000n < amount * BigInt(bps)).toBe(true)
    }),
  )
})

test('units of a token of six places: none for a seventh', () => {
  expect(toUnits('12.5', 6)).toBe(12_500_000n)
  expect(toUnits('0.000001', 6)).toBe(1n)
  expect(toUnits('0.0000001', 6)).toBeUndefined()
  expect(toUnits('3', 0)).toBe(3n)
  expect(toUnits('3.1', 0)).toBeUndefined()
  expect(fromUnits(12_500_000n, 6)).toBe('12.5')
  expect(fromUnits(3n, 0)).toBe('3')
  fc.assert(
    fc.property(written, ({ text, nano }) => {
      expect(toUnits(text, 9)).toBe(nano)
    }),
  )
})

test('basis points as per cent', () => {
  expect([0, 1, 250, 500, 10_000].map(percentOf)).toEqual(['0', '0.01', '2.5', '5', '100'])
})
