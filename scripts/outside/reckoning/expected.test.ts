import { expect, test } from 'vitest'
import type { Deed } from './deeds.ts'
import { expectedOf } from './expected.ts'
import { TERMS } from './testing.ts'

const onePeriod = () => 1n

const bobHasMoney: Deed[] = [
  { did: 'faucet', who: 'bob', amount: 100_000_000_000n },
  { did: 'deposit', who: 'bob', amount: 10_000_000_000n },
  { did: 'pledge', who: 'bob', amount: 2_000_000n },
  { did: 'post', who: 'alice', post: 'a note' },
]

test('a like moves 0.0005 from the liker’s pledge to the author, who gets 0.000475 of it when it clears', () => {
  const outcome = expectedOf(
    [...bobHasMoney, { did: 'like', who: 'bob', post: 'a note' }, { did: 'clear' }],
    TERMS,
    onePeriod,
  )
  expect(outcome.answers[4]).toEqual({ credited: 500_000n, unfunded: false })
  expect(outcome.holdings.get('alice')).toEqual({
    ...{ available: 475_000n, pending: 0n, budget: 0n, pledge: 0n, earned: 500_000n, wallet: 0n },
    streams: new Map([['like', 500_000n]]),
  })
  expect(outcome.holdings.get('bob')).toMatchObject({ pledge: 1_500_000n, wallet: 90_000_000_000n })
  expect(outcome.revenue).toBe(25_000n)
  expect(outcome.vault).toBe(10_000_000_000n)
})

test('what is undone comes back to the pledge, and what is repeated pays nothing more', () => {
  const like: Deed = { did: 'like', who: 'bob', post: 'a note' }
  const unlike: Deed = { did: 'unlike', who: 'bob', post: 'a note' }
  const { answers, holdings, posts } = expectedOf(
    [...bobHasMoney, like, like, unlike, like],
    TERMS,
    onePeriod,
  )
  expect(answers.slice(4).map((a) => a.credited)).toEqual([500_000n, 500_000n, 0n, 500_000n])
  expect(holdings.get('alice')?.pending).toBe(500_000n)
  expect(posts.get('a note')).toMatchObject({ author: 'alice', likes: 1, comments: 0, earned: 500_000n })

  const undoneThreeTimes = expectedOf(
    [...bobHasMoney, like, unlike, like, unlike, like, unlike, like],
    TERMS,
    onePeriod,
  )
  expect(undoneThreeTimes.holdings.get('alice')?.pending).toBe(0n)
  expect(undoneThreeTimes.holdings.get('bob')?.pledge).toBe(2_000_000n)
})

test('undoing a like whose money has cleared moves nothing', () => {
  const { answers, holdings } = expectedOf(
    [
      ...bobHasMoney,
      { did: 'like', who: 'bob', post: 'a note' },
      { did: 'clear' },
      { did: 'unlike', who: 'bob', post: 'a note' },
      { did: 'like', who: 'bob', post: 'a note' },
    ],
    TERMS,
    onePeriod,
  )
  expect(answers.slice(6)).toMatchObject([{ credited: 500_000n }, { credited: 500_000n }])
  expect(holdings.get('alice')).toMatchObject({ available: 475_000n, pending: 0n })
})

test('who has no pledge, and who likes themselves, moves nothing; only the first lacked funds', () => {
  const { answers, holdings } = expectedOf(
    [
      ...bobHasMoney,
      { did: 'like', who: 'carol', post: 'a note' },
      { did: 'like', who: 'alice', post: 'a note' },
    ],
    TERMS,
    onePeriod,
  )
  expect(answers.slice(4)).toEqual([
    { credited: 0n, unfunded: true },
    { credited: 0n, unfunded: false },
  ])
  expect(holdings.get('alice')?.pending).toBe(0n)
})

test('the clearing fee is rounded up once for each period, so that it depends on the periods', () => {
  // At a like of 7 nano, 5 % of 7 is 0.35: two in one period cost 1 together, in two periods 1 each.
  const terms = { ...TERMS, rates: { ...TERMS.rates, like: 7n } }
  const deeds: Deed[] = [
    ...bobHasMoney,
    { did: 'post', who: 'alice', post: 'another' },
    { did: 'like', who: 'bob', post: 'a note' },
    { did: 'like', who: 'bob', post: 'another' },
    { did: 'clear' },
  ]
  expect(expectedOf(deeds, terms, onePeriod).revenue).toBe(1n)
  expect(expectedOf(deeds, terms, (act) => (act.post === 'another' ? 2n : 1n)).revenue).toBe(2n)
})

test('a tip arrives at once, less a fee rounded up to the nano', () => {
  const { answers, holdings } = expectedOf(
    [...bobHasMoney, { did: 'tip', who: 'bob', post: 'a note', amount: 1_234_567_891n }],
    TERMS,
    onePeriod,
  )
  // 2.5 % of 1.234567891 is 0.030864197275.
  expect(answers[4]).toEqual({ amount: 1_234_567_891n, fee: 30_864_198n, net: 1_203_703_693n })
  expect(holdings.get('alice')).toMatchObject({ available: 1_203_703_693n, earned: 1_203_703_693n })
})
