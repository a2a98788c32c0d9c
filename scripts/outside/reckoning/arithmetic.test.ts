import { expect, test } from 'vitest'
import { divide, shareUp } from './arithmetic.ts'

test('a share is rounded up to the nano, and an exact one is not', () => {
  expect(shareUp(10_000n, 250n)).toBe(250n)
  expect(shareUp(10_001n, 250n)).toBe(251n)
  expect(shareUp(0n, 250n)).toBe(0n)
})

test('what cannot be divided goes to who lost most by the rounding, of equal ones to the first', () => {
  expect(divide(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
  // 10 by 7: 4.29, 4.29, 1.43. The one over is the third's.
  expect(divide(10n, [3n, 3n, 1n])).toEqual([4n, 4n, 2n])
  // 1,001 by 12: 166.83, 834.17. The one over is the first's.
  expect(divide(1_001n, [2n, 10n])).toEqual([167n, 834n])
  expect(divide(7n, [0n, 5n])).toEqual([0n, 7n])
  expect(divide(7n, [0n, 0n])).toEqual([0n, 0n])
})
