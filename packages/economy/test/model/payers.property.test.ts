import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InteractionKind } from '../../src/interactions/rules.ts'
import { rulesFrom } from '../../src/rules.ts'
import { Economy } from './economy.ts'
import { kinds, RICH, RUNS, type Town, towns } from './histories.ts'
import { LAWS, type Laws } from './laws.ts'
import { largestRemainder, PoolEconomy } from './planted.ts'
import type { Deed, World } from './world.ts'

const sum = (amounts: bigint[]) => amounts.reduce((all, amount) => all + amount, 0n)

/** What member i paid for acts, by whom it went to and in the order it went. */
const paidBy = (economy: Economy, i: number) =>
  economy.credits
    .filter(({ payer, kind }) => payer === i && kind !== 'view')
    .map(({ receiver, gross, kind, closing, state }) => ({ receiver, gross, kind, closing, state }))

/** Somebody likes, reads, comments and reposts, or does not: nobody else's money goes elsewhere for it. */
const noLikesTouchOthers = (Model = Economy) =>
  fc.property(towns(12), fc.nat(250), ({ world, rules, deeds }, n) => {
    const outsider = n % world.people.length
    // A sponsor would be richer or poorer for acts of their own; of all others only views and grants fill a budget. All have
    // enough to pledge: who pledges what likes brought them spends their own, and more of it.
    const all = deeds.flatMap(({ deed }) =>
      ['pledge', 'unpledge', 'act', 'night'].includes(deed.do) ? [deed] : [],
    )
    const funded: World = {
      ...world,
      people: world.people.map((person) => ({ ...person, deposit: RICH, budget: 1_234_567n })),
    }
    const without = all.filter((deed) => !(deed.do === 'act' && deed.who === outsider))
    const [one, other] = [all, without].map((deeds) => new Model(funded, rules).live(deeds)) as [
      Economy,
      Economy,
    ]
    for (const [i] of world.people.entries())
      if (i !== outsider) expect(paidBy(one, i)).toEqual(paidBy(other, i))
  })

test("an outsider's likes never change what member i's budget pays", { timeout: 900_000 }, () => {
  fc.assert(noLikesTouchOthers(), { numRuns: RUNS })
})

test('planted: one pool for all budgets is found', () => {
  expect(fc.check(noLikesTouchOthers(PoolEconomy), { numRuns: 2_000 }).failed).toBe(true)
})

/** Every account is what came less what went, no money was made, and each close paid what it charged and left the rest. */
const allIsExact = (laws: Laws = LAWS) =>
  fc.property(towns(20), ({ world, rules, deeds }: Town) => {
    const economy = new Economy(world, rules, laws)
    for (const { deed } of deeds) {
      const before = world.people.map((_, who) => economy.has(who, 'budget'))
      const closes = economy.closes.length
      economy.do(deed)
      expect(economy.books.total()).toBe(0n)
      for (const { who, left, paid } of economy.closes.slice(closes)) {
        expect(left).toBe(before[who])
        expect(economy.has(who, 'budget')).toBe(left - paid)
        // Nothing is uncharged when all the budget's acts are of people who may earn from it.
        if (
          world.posts.every(
            ({ author, splits = [] }) => author !== who && splits.every((one) => one.who !== who),
          )
        )
          if (!deeds.some(({ deed }) => deed.do === 'block')) expect(paid).toBe(left)
      }
    }
    for (const [who] of world.people.entries()) {
      const pending = economy.credits.filter(({ receiver, state }) => receiver === who && state === 'pending')
      expect(economy.has(who, 'pending')).toBe(sum(pending.map(({ gross }) => gross)))
    }
  })

test('every split and every close is exact to the nano', { timeout: 900_000 }, () => {
  fc.assert(allIsExact(), { numRuns: RUNS })
})

test.each([
  [
    'a close that rounds every part down',
    {
      splitBudget: (...[left, acts, terms]: Parameters<Laws['splitBudget']>) =>
        LAWS.splitBudget(left, acts, terms).map((parts) =>
          parts.map((part) => ({
            ...part,
            amount: (part.amount - (part.amount % 10n)) as typeof part.amount,
          })),
        ),
    },
  ],
  [
    'a view that pays a nano too much',
    { viewParts: (...all: Parameters<Laws['viewParts']>) => ({ ...LAWS.viewParts(...all), budget: all[0] }) },
  ],
] as [string, Partial<Laws>][])('planted: %s is found', (_, laws) => {
  expect(fc.check(allIsExact({ ...LAWS, ...laws }), { numRuns: 2_000 }).failed).toBe(true)
})

const someActs = fc.array(
  fc.record({ post: fc.nat(5), kind: kinds, sharer: fc.option(fc.constantFrom(1, 3), { nil: undefined }) }),
  { maxLength: 16, size: 'max' },
)

/** Alice (0) spends a budget; bob (1) and carol (2) publish, alone and together; dave (3) shares. */
const POSTS: World['posts'] = [
  { author: 1 },
  { author: 1 },
  { author: 2 },
  { author: 2 },
  {
    author: 2,
    splits: [
      { who: 2, bps: 6_667 },
      { who: 1, bps: 3_333 },
    ],
  },
  {
    author: 1,
    splits: [
      { who: 2, bps: 2_500 },
      { who: 1, bps: 5_000 },
      { who: 3, bps: 2_500 },
    ],
  },
  { author: 1 },
]

const oneMoreIsNeverLess = (laws: Laws = LAWS) =>
  fc.property(
    fc.oneof(fc.bigInt(1n, 80n), fc.bigInt(1n, 10n ** 8n)),
    fc.oneof(fc.constant(0n), fc.bigInt(1n, 3_000_000n)),
    someActs,
    kinds,
    (budget, pledge, acts, kind: InteractionKind) => {
      const world: World = {
        people: [0, 1, 2, 3].map((who) => ({
          since: 20,
          deposit: pledge,
          ...(who === 0 && { budget, pledge }),
        })),
        posts: POSTS,
        campaigns: [],
        pool: 0n,
        revenue: 0n,
      }
      const deeds = acts.map((act): Deed => ({ do: 'act', who: 0, on: true, ...act }))
      const more: Deed = { do: 'act', who: 0, post: 6, kind, on: true }
      const night: Deed = { do: 'night' }
      const bobHas = (deeds: Deed[]) =>
        sum(
          new Economy(world, rulesFrom({}), laws)
            .live(deeds)
            .credits.flatMap(({ receiver, gross }) => (receiver === 1 ? [gross] : [])),
        )
      expect(bobHas([...deeds, more, night])).toBeGreaterThanOrEqual(bobHas([...deeds, night]))
    },
  )

test('one more act for bob by alice, added last, never lowers what bob has of alice', {
  timeout: 900_000,
}, () => {
  fc.assert(oneMoreIsNeverLess(), { numRuns: RUNS })
})

test('planted: the largest remainder is found', () => {
  const byRemainder: Laws['splitBudget'] = largestRemainder
  expect(
    fc.check(oneMoreIsNeverLess({ ...LAWS, splitBudget: byRemainder }), { numRuns: 50_000 }).failed,
  ).toBe(true)
})
