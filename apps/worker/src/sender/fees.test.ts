import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asked, firstFees, higherFees, inGwei, isTooLow, type Market } from './fees.ts'
import { replacementFor } from './replace.ts'

const GWEI = 10n ** 9n
const market = (baseFee: bigint, priorityFee: bigint): Market => ({ block: 100, baseFee, priorityFee })
const wei = fc.bigInt({ min: 0n, max: 1_000_000n * GWEI })

test('a first attempt leaves the base fee room to double, up to the ceiling, and is not made above it', () => {
  expect(firstFees(market(10n * GWEI, 2n * GWEI), 500n * GWEI)).toEqual({
    maxFeePerGas: 22n * GWEI,
    maxPriorityFeePerGas: 2n * GWEI,
  })
  expect(firstFees(market(10n * GWEI, 2n * GWEI), 15n * GWEI)?.maxFeePerGas).toBe(15n * GWEI)
  expect(firstFees(market(10n * GWEI, 2n * GWEI), 12n * GWEI)?.maxFeePerGas).toBe(12n * GWEI)
  expect(firstFees(market(10n * GWEI, 2n * GWEI), 12n * GWEI - 1n)).toBeUndefined()
  expect(inGwei(12_500_000_000n)).toBe('12.5 gwei')
})

test('a replacement is at least an eighth more on both fields, no less than is asked, and never above the ceiling', () => {
  fc.assert(
    fc.property(wei, wei, wei, wei, wei, (base, tip, lastTip, more, ceiling) => {
      const last = { maxFeePerGas: lastTip + more, maxPriorityFeePerGas: lastTip }
      const fees = higherFees(last, market(base, tip), ceiling)
      if (!fees) {
        // Only where the ceiling is in the way: of what is asked, or of what it takes to replace.
        const smallest = [last.maxFeePerGas, lastTip].map((fee) => (fee * 1125n) / 1000n + 1n)
        expect(base + tip > ceiling || smallest.some((fee) => fee > ceiling)).toBe(true)
        return
      }
      const { maxFeePerGas, maxPriorityFeePerGas } = fees
      expect(maxFeePerGas * 1000n >= last.maxFeePerGas * 1125n).toBe(true)
      expect(maxPriorityFeePerGas * 1000n >= lastTip * 1125n).toBe(true)
      expect(maxFeePerGas > last.maxFeePerGas && maxPriorityFeePerGas > lastTip).toBe(true)
      expect(maxFeePerGas >= base + tip && maxPriorityFeePerGas >= tip).toBe(true)
      expect(maxPriorityFeePerGas <= maxFeePerGas && maxFeePerGas <= ceiling).toBe(true)
    }),
  )
})

test('however often it is replaced, an offer is at the ceiling after few attempts, and then waits', () => {
  let last = firstFees(market(GWEI, 0n), 500n * GWEI)!
  let attempts = 1
  for (let next = higherFees(last, market(GWEI, 0n), 500n * GWEI); next; attempts++) {
    last = next
    next = higherFees(last, market(GWEI, 0n), 500n * GWEI)
  }
  // From 2 to 500 gwei by eighths: ln 250 / ln 1.125 = 46.9.
  expect(attempts).toBe(47)
})

describe('when an attempt is replaced', () => {
  const last = { maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: GWEI, ageSeconds: 30, block: 97 }
  const deps = {
    ...{ market: market(10n * GWEI, GWEI), patience: { seconds: 30, blocks: 3 } },
    ...{ ceiling: 500n * GWEI, isLowest: true },
  }
  test('too low, and old enough by seconds and by blocks', () => {
    expect(replacementFor(last, deps)).toEqual({
      maxFeePerGas: 21n * GWEI,
      maxPriorityFeePerGas: 1_125_000_000n,
    })
    expect(replacementFor({ ...last, ageSeconds: 29 }, deps)).toBeUndefined()
    expect(replacementFor({ ...last, block: 98 }, deps)).toBeUndefined()
  })
  test('still enough: after four times as long, and only the lowest', () => {
    const enough = { ...deps, market: market(2n * GWEI, GWEI) }
    expect(isTooLow(last, enough.market)).toBe(false)
    expect(replacementFor(last, enough)).toBeUndefined()
    const old = { ...last, ageSeconds: 120, block: 88 }
    expect(replacementFor(old, enough)).toEqual({
      maxFeePerGas: 5n * GWEI,
      maxPriorityFeePerGas: 1_125_000_000n,
    })
    expect(replacementFor(old, { ...enough, isLowest: false })).toBeUndefined()
    // A chain that makes no blocks takes nothing at any price.
    expect(replacementFor({ ...last, ageSeconds: 100_000, block: 100 }, enough)).toBeUndefined()
  })
  test('more is asked than the ceiling: it waits, whatever it offers', () => {
    expect(asked(deps.market)).toBe(11n * GWEI)
    expect(replacementFor(last, { ...deps, ceiling: 11n * GWEI - 1n })).toBe('waits')
    // Asked for less than the ceiling, but an eighth more than the last offer is above it.
    expect(replacementFor({ ...last, maxFeePerGas: 10n * GWEI }, { ...deps, ceiling: 11n * GWEI })).toBe(
      'waits',
    )
  })
})
