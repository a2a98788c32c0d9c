import { expect, test } from 'vitest'
import { faultOfSplits } from './rules.ts'

const town = { authorId: 'alice', live: new Set(['alice', 'bob', 'carol']), consented: new Set(['bob']) }
const half = (memberId: string) => ({ memberId, bps: 5_000 })
const fault = (...splits: { memberId: string; bps: number }[]) => {
  const found = faultOfSplits(splits, town)
  return found && [found.code, found.at]
}

test('alice shares with bob, who agreed, and needs nobody to agree for herself', () => {
  expect(fault(half('alice'), half('bob'))).toBeUndefined()
  expect(fault({ memberId: 'bob', bps: 10_000 })).toBeUndefined()
  expect(fault({ memberId: 'alice', bps: 10_000 })).toBeUndefined()
})

test('carol never agreed, dave is not here, and parts that make no whole are none', () => {
  expect(fault(half('alice'), half('carol'))).toEqual(['split_not_consented', 1])
  expect(fault(half('dave'), half('carol'))).toEqual(['invalid_splits', 0])
  expect(fault(half('bob'), half('bob'))).toEqual(['invalid_splits', 1])
  expect(fault()).toEqual(['invalid_splits', undefined])
  expect(fault(half('bob'))).toEqual(['invalid_splits', undefined])
  expect(fault({ memberId: 'alice', bps: 10_000 }, { memberId: 'bob', bps: 0 })?.[0]).toBe('invalid_splits')
  expect(fault({ memberId: 'alice', bps: 12_000 }, { memberId: 'bob', bps: -2_000 })?.[0]).toBe(
    'invalid_splits',
  )
})

test('ten may share a post, eleven may not', () => {
  const ids = Array.from({ length: 11 }, (_, i) => `m${i}`)
  const who = { authorId: 'm0', live: new Set(ids), consented: new Set(ids) }
  const even = (n: number) =>
    ids.slice(0, n).map((memberId, i) => ({ memberId, bps: i === 0 ? 10_000 - 900 * (n - 1) : 900 }))
  expect(faultOfSplits(even(10), who)).toBeUndefined()
  expect(faultOfSplits(even(11), who)).toMatchObject({ code: 'invalid_splits', at: undefined })
})
