import { expect, test } from 'vitest'
import { pointOf } from './points.ts'

const epoch = { number: 3, createdAt: '2026-03-01T00:00:00.000Z' }
// 100 in the tree, 30 of it ever granted, and 7 to be paid out beside it.
const sums = { gross: 100n, authorised: 30n, payouts: 7n }

test('what was claimed from the tree is owed no more', () => {
  expect(pointOf(epoch, sums, { reserves: 90n, claimed: 20n })).toEqual({
    number: 3,
    at: epoch.createdAt,
    reserves: 90n,
    liabilities: 87n,
  })
})

test('where the node has not kept the block, reserves are unknown, and grants count as claimed', () => {
  expect(pointOf(epoch, sums, null)).toMatchObject({ reserves: null, liabilities: 77n })
})
