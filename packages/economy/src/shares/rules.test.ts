import { amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chargedParts, partsOf } from './rules.ts'

const nano = (value: number) => amountOf(BigInt(value))

test("carol likes bob's post that dave shared: dave's tenth first, then bob and his co-author erin", () => {
  const splits = [
    { memberId: 'bob', bps: 6_667 },
    { memberId: 'erin', bps: 3_333 },
  ]
  // A like of 500,000: 50,000 to dave; of 450,000, 66.67 % are 300,015 and 33.33 % are 149,985.
  expect(partsOf(nano(500_000), { authorId: 'bob', splits, sharerId: 'dave' }, 1_000)).toEqual([
    { receiverId: 'dave', role: 'sharer', amount: 50_000n },
    { receiverId: 'bob', role: 'author', amount: 300_015n },
    { receiverId: 'erin', role: 'author', amount: 149_985n },
  ])
})

test('of 7 nano, three equal co-authors have 3, 2 and 2, and a sharer of a tenth has nothing', () => {
  const splits = ['bob', 'erin', 'frank'].map((memberId, i) => ({ memberId, bps: i === 0 ? 3_334 : 3_333 }))
  const parts = partsOf(nano(7), { authorId: 'bob', splits, sharerId: 'dave' }, 1_000)
  expect(parts.map((part) => [part.receiverId, part.amount])).toEqual([
    ['bob', 3n],
    ['erin', 2n],
    ['frank', 2n],
  ])
})

test('whom carol blocked is not paid, and neither is carol: their parts are not charged', () => {
  const splits = [
    { memberId: 'bob', bps: 5_000 },
    { memberId: 'carol', bps: 2_500 },
    { memberId: 'erin', bps: 2_500 },
  ]
  const parts = partsOf(nano(1_000), { authorId: 'bob', splits, sharerId: undefined }, 1_000)
  expect(chargedParts(parts, 'carol', new Set(['erin']))).toEqual([
    { receiverId: 'bob', role: 'author', amount: 500n },
  ])
})

test('property: parts sum to the whole, whoever they are for', () => {
  const splits = fc
    .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 9 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 10_000])
    .map((cuts) => cuts.slice(1).map((cut, i) => ({ memberId: `m${i}`, bps: cut - cuts[i]! })))
  const receivers = fc.record({
    authorId: fc.constant('m0'),
    splits: fc.oneof(fc.constant([]), splits),
    sharerId: fc.option(fc.constant('sharer'), { nil: undefined }),
  })
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      receivers,
      fc.integer({ min: 0, max: 10_000 }),
      (whole, to, bps) => {
        const parts = partsOf(amountOf(whole), to, bps)
        const sum = parts.reduce((all, part) => all + part.amount, 0n)
        return sum === whole && parts.every((part) => part.amount > 0n)
      },
    ),
  )
})
