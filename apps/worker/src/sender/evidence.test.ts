import { expect, test } from 'vitest'
import { Evidence } from './evidence.ts'

/** Looks at what is said, each at a moment and a block. */
function looks(...at: [ms: number, block: number, said?: boolean][]): boolean[] {
  let now = 0
  const evidence = new Evidence(() => now)
  return at.map(([ms, block, said = true]) => {
    now = ms
    if (said) return evidence.isSure('nonce 7', block)
    evidence.forget('nonce 7')
    return false
  })
}

test('it takes three blocks, however long one of them lasts', () => {
  expect(looks([0, 1], [60_000, 1], [120_000, 2], [120_001, 3])).toEqual([false, false, false, true])
})

test('it takes five seconds, however many blocks there are in one of them', () => {
  expect(looks([0, 1], [250, 2], [500, 3], [4_999, 20], [5_000, 20])).toEqual([
    false,
    false,
    false,
    false,
    true,
  ])
})

test('whatever is not said once begins anew', () => {
  expect(looks([0, 1], [3_000, 2], [3_100, 2, false], [6_000, 3], [10_000, 4], [11_000, 5])).toEqual([
    ...[false, false, false, false, false, true],
  ])
})
