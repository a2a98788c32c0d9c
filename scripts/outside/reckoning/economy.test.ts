import { expect, test } from 'vitest'
import type { Deed } from './deeds.ts'
import { expectedOf } from './expected.ts'
import { endowed, TERMS } from './testing.ts'

const onePeriod = () => 1n
const of = (deeds: Deed[], terms = TERMS) => expectedOf(deeds, terms, onePeriod)

/** Sam's campaign pays 0.01 for a view; vera has seen it beside a note of alice's. */
const seen: Deed[] = [
  endowed('sam', 1_000_000_000n),
  { did: 'campaign', who: 'sam', campaign: 'boats', budget: 50_000_000n, price: 10_000_000n },
  { did: 'post', who: 'alice', post: 'a note' },
  { did: 'view', who: 'vera', campaign: 'boats', post: 'a note' },
]

test('a view is divided into viewer, budget, author and house, and the rest of the campaign comes back', () => {
  const { answers, holdings, posts, revenue } = of([...seen, { did: 'close campaign', campaign: 'boats' }])
  expect(answers.slice(3)).toEqual([{ credited: 3_000_000n, budget: 5_000_000n }, { amount: 40_000_000n }])
  expect(holdings.get('vera')).toMatchObject({ pending: 3_000_000n, budget: 5_000_000n, earned: 3_000_000n })
  expect(holdings.get('alice')).toMatchObject({ pending: 1_000_000n, earned: 1_000_000n })
  expect(holdings.get('sam')?.available).toBe(990_000_000n)
  expect(posts.get('a note')?.earned).toBe(1_000_000n)
  expect(revenue).toBe(1_000_000n)
})

test('the part of who may not earn from a view stays in the campaign', () => {
  const view = (post: string): Deed => ({ did: 'view', who: 'vera', campaign: 'boats', post })
  const { campaigns } = of([
    ...seen,
    { did: 'post', who: 'vera', post: 'her own' },
    { did: 'post', who: 'sam', post: "the sponsor's" },
    { did: 'post', who: 'alice', post: 'half sam’s', splits: [half('alice'), half('sam')] },
    view('her own'),
    view("the sponsor's"),
    view('half sam’s'),
  ])
  // 0.05 less 0.01, twice 0.009, and 0.0095.
  expect(campaigns.get('boats')?.left).toBe(50_000_000n - 10_000_000n - 18_000_000n - 9_500_000n)
})

const half = (who: string) => ({ who, bps: 5_000n })

test('a budget pays before the pledge, and what is left of it is divided when the period closes', () => {
  const deeds: Deed[] = [
    ...seen,
    { did: 'post', who: 'bob', post: 'an article' },
    endowed('vera', 10_000_000n),
    { did: 'pledge', who: 'vera', amount: 10_000_000n },
    { did: 'like', who: 'vera', post: 'a note' },
    { did: 'comment', who: 'vera', post: 'an article' },
    { did: 'read', who: 'vera', post: 'an article' },
    { did: 'close period', period: 1n },
  ]
  const { holdings } = of(deeds)
  // 0.005 less 0.0005, 0.001 and 0.0002 leave 3,300,000, divided by 17: 970,588.24, 1,941,176.47, 388,235.29. The two
  // left over go to the comment and the read, who lost most.
  expect(holdings.get('vera')).toMatchObject({ budget: 0n, pledge: 10_000_000n })
  expect(holdings.get('alice')?.pending).toBe(1_000_000n + 500_000n + 970_588n)
  expect(holdings.get('bob')?.streams).toEqual(
    new Map([
      ['comment', 1_000_000n + 1_941_177n],
      ['read', 200_000n + 388_235n],
    ]),
  )
})

test('an unlike gives back what the close gave as well, until it has cleared', () => {
  const deeds: Deed[] = [
    ...seen,
    { did: 'like', who: 'vera', post: 'a note' },
    { did: 'close period', period: 1n },
  ]
  const pending = of([...deeds, { did: 'unlike', who: 'vera', post: 'a note' }])
  expect(pending.holdings.get('vera')?.budget).toBe(5_000_000n)
  expect(pending.holdings.get('alice')?.pending).toBe(1_000_000n)
  const cleared = of([...deeds, { did: 'clear' }, { did: 'unlike', who: 'vera', post: 'a note' }])
  expect(cleared.holdings.get('vera')?.budget).toBe(0n)
  // Two holds, two fees: 5 % of 0.001 of the view, 5 % of 0.005 of the like.
  expect(cleared.holdings.get('alice')?.available).toBe(950_000n + 4_750_000n)
})

test('a share of a close that nobody may earn stays in the budget, and is carried over', () => {
  const deeds: Deed[] = [
    ...seen,
    { did: 'post', who: 'vera', post: 'her own' },
    { did: 'like', who: 'vera', post: 'her own' },
    { did: 'like', who: 'vera', post: 'a note' },
    { did: 'close period', period: 1n },
  ]
  // 4,500,000 by two likes.
  expect(of(deeds).holdings.get('vera')?.budget).toBe(2_250_000n)
  const idle = (times: number) =>
    Array.from({ length: times }, () => ({ did: 'close period', period: 2n }) as const)
  expect(of([...deeds, ...idle(3)]).holdings.get('vera')?.budget).toBe(2_250_000n)
  const ended = of([...deeds, ...idle(4)])
  expect(ended.holdings.get('vera')?.budget).toBe(0n)
  expect(ended.grants).toBe(2_250_000n)
})

test('who shared gets a tenth of the credit first, the authors the rest by their splits', () => {
  const { answers, holdings } = of([
    endowed('bob', 1_000_000_000n),
    { did: 'pledge', who: 'bob', amount: 10_000_000n },
    {
      did: 'post',
      who: 'alice',
      post: 'ours',
      splits: [third('alice', 3_334n), third('carol', 3_333n), third('dave', 3_333n)],
    },
    { did: 'repost', who: 'erin', post: 'ours' },
    { did: 'like', who: 'bob', post: 'ours', via: 'erin' },
  ])
  // 450,000 by 3,334, 3,333 and 3,333 parts of ten thousand: 150,030, 149,985 and 149,985.
  expect(answers[3]).toEqual({ credited: 0n, unfunded: true })
  expect(answers[4]).toEqual({ credited: 500_000n, unfunded: false })
  expect(['alice', 'carol', 'dave', 'erin'].map((who) => holdings.get(who)?.pending)).toEqual([
    150_030n,
    149_985n,
    149_985n,
    50_000n,
  ])
  expect(holdings.get('erin')?.streams).toEqual(new Map([['share', 50_000n]]))
})

const third = (who: string, bps: bigint) => ({ who, bps })

test('a part of the payer’s own or of somebody blocked is not charged, and is spread over nobody', () => {
  const ours: Deed[] = [
    endowed('bob', 1_000_000_000n),
    { did: 'pledge', who: 'bob', amount: 10_000_000n },
    { did: 'post', who: 'alice', post: 'ours', splits: [half('alice'), half('bob')] },
    { did: 'post', who: 'alice', post: 'theirs', splits: [half('alice'), half('carol')] },
    { did: 'block', who: 'carol', whom: 'bob' },
  ]
  const { answers, holdings } = of([
    ...ours,
    { did: 'like', who: 'bob', post: 'ours' },
    { did: 'like', who: 'bob', post: 'theirs' },
    { did: 'unblock', who: 'carol', whom: 'bob' },
    { did: 'comment', who: 'bob', post: 'theirs' },
    { did: 'tip', who: 'bob', post: 'ours', amount: 2_000_001n },
  ])
  expect(answers.slice(5, 7).map((a) => a.credited)).toEqual([250_000n, 250_000n])
  expect(answers[8]?.credited).toBe(1_000_000n)
  // Of 2,000,001 the half of alice is 1,000,001; 2.5 % of it is 25,000.025.
  expect(answers[9]).toEqual({ amount: 1_000_001n, fee: 25_001n, net: 975_000n })
  expect(holdings.get('bob')).toMatchObject({ pledge: 8_500_000n, available: 990_000_000n - 1_000_001n })
})

test('subscriptions and unlocks arrive at once, less the fee; grants go from the house into a budget', () => {
  const { answers, holdings, revenue, grants } = of([
    endowed('bob', 10_000_000_000n),
    { did: 'post', who: 'alice', post: 'behind a wall', price: 1_500_000_001n },
    { did: 'unlock', who: 'bob', post: 'behind a wall' },
    { did: 'charge', who: 'bob', whom: 'carol', amount: 2_000_000_000n },
    { did: 'tip member', who: 'bob', whom: 'carol', amount: 2n },
    { did: 'fund grants', amount: 80_000_000n },
    { did: 'grant', who: 'bob', amount: 30_000_000n },
  ])
  // 2.5 % of 1.500000001 is 0.037500000025; of 2, 0.05; of two nano, a nano.
  expect(answers.slice(2, 5).map(({ fee, net }) => [fee, net])).toEqual([
    [37_500_001n, 1_462_500_000n],
    [50_000_000n, 1_950_000_000n],
    [1n, 1n],
  ])
  expect(holdings.get('bob')).toMatchObject({
    budget: 30_000_000n,
    available: 6_499_999_997n,
    earned: 30_000_000n,
  })
  expect([revenue, grants]).toEqual([7_500_002n, 50_000_000n])
})

test('money of views and of likes clears apart where their holds are two, and together where they are one', () => {
  const deeds: Deed[] = [
    endowed('sam', 1_000_000_000n),
    { did: 'campaign', who: 'sam', campaign: 'boats', budget: 50_000_000n, price: 30n },
    { did: 'post', who: 'alice', post: 'a note' },
    { did: 'view', who: 'vera', campaign: 'boats', post: 'a note' },
    endowed('vera', 100n),
    { did: 'pledge', who: 'vera', amount: 100n },
    { did: 'like', who: 'vera', post: 'a note' },
    { did: 'clear' },
  ]
  // Alice has 3 nano of the view and 3 of the like: 5 % are 0.15 each, 0.3 together. Vera has 9, and the house 3.
  const terms = { ...TERMS, rates: { ...TERMS.rates, like: 3n } }
  const apart = of(deeds, terms)
  expect(apart.holdings.get('alice')?.available).toBe(4n)
  expect(apart.revenue).toBe(3n + 1n + 1n + 1n)
  const together = of(deeds, { ...terms, holds: { young: 60, views: 60 } })
  expect(together.holdings.get('alice')?.available).toBe(5n)
  expect(together.revenue).toBe(3n + 1n + 1n)
})
