import { expect, test } from 'vitest'
import { clearedOf, sharedLike, tipOf, viewOf } from './examples.ts'

test('a view of 0.005, a like of 0.0005 and a tip of 1, by the rules as shipped', () => {
  const split = { viewer: 3000, budget: 5000, author: 1000, platform: 1000 }
  expect(viewOf('0.005', split)).toEqual({
    viewer: '0.0015',
    budget: '0.0025',
    author: '0.0005',
    platform: '0.0005',
  })
  expect(sharedLike('0.0005', 1000)).toEqual({ share: '0.00005', author: '0.00045' })
  expect(clearedOf(500_000n, 500)).toEqual({ gross: '0.0005', fee: '0.000025', net: '0.000475' })
  expect(tipOf('1', 250)).toEqual({ fee: '0.025', arrives: '0.975' })
})
