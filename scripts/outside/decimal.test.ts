import { expect, test } from 'vitest'
import { decimalOf, nanoOf } from './decimal.ts'
import { table } from './table.ts'

test('amounts are read and written to the last of nine places', () => {
  for (const [decimal, nano] of [
    ['0', 0n],
    ['0.0005', 500_000n],
    ['12.000000001', 12_000_000_001n],
    ['-3.1', -3_100_000_000n],
    ['999999999.999999999', 999_999_999_999_999_999n],
  ] as const) {
    expect(nanoOf(decimal)).toBe(nano)
    expect(decimalOf(nano)).toBe(decimal)
  }
  for (const nonsense of ['', '1e3', '.5', '1.', '1.0000000001', 'NaN'])
    expect(() => nanoOf(nonsense)).toThrow(nonsense)
})

test('a table sets decimal points under each other', () => {
  expect(
    table(
      ['who', 'has'],
      [
        ['alice', '10.5'],
        ['bob', '0.0005'],
        ['carol', '3'],
      ],
    ).split('\n'),
  ).toEqual(['who        has', '─────  ───────', 'alice  10.5', 'bob     0.0005', 'carol   3'])
})
