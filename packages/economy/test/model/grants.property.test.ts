import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Rules, rulesFrom } from '../../src/rules.ts'
import { Economy } from './economy.ts'
import { RUNS } from './histories.ts'
import { LAWS, type Laws } from './laws.ts'
import type { Deed } from './world.ts'

const some = fc.bigInt(0n, 60n)

const grantsKeepTheirCaps = (laws: Laws = LAWS) =>
  fc.property(
    fc.record({ amount: some, perMember: some, perDay: fc.bigInt(0n, 150n), total: fc.bigInt(0n, 400n) }),
    fc.bigInt(0n, 500n),
    fc.array(fc.oneof(fc.nat(4), fc.nat(4), fc.constant('night' as const)), { maxLength: 80, size: 'max' }),
    (caps, pool, asked) => {
      const people = [0, 1, 2, 3, 4].map((who) => ({ since: 20, deposit: who === 4 ? 0n : 6_000_000_000n }))
      const rules: Rules = { ...rulesFrom({}), grants: caps as Rules['grants'] }
      const deeds = asked.map((who): Deed => (who === 'night' ? { do: 'night' } : { do: 'grant', who }))
      const economy = new Economy({ people, posts: [], campaigns: [], pool, revenue: 0n }, rules, laws).live(
        deeds,
      )
      const given = new Map<string, bigint>()
      for (const { who, day, amount } of economy.grants)
        for (const count of ['ever', `${day}`, `${day} ${who}`, `of ${who}`])
          given.set(count, (given.get(count) ?? 0n) + amount)
      for (const [count, amount] of given) {
        const cap =
          count === 'ever'
            ? caps.total
            : count.startsWith('of')
              ? caps.total
              : count.includes(' ')
                ? caps.perMember
                : caps.perDay
        expect(amount).toBeLessThanOrEqual(cap)
      }
      // Nobody who could not be a paid viewer, and nothing while any of the four is off.
      expect(given.has('of 4')).toBe(false)
      if (Object.values(caps).includes(0n)) expect(economy.grants).toEqual([])
      expect(economy.books.of('grants')).toBeGreaterThanOrEqual(0n)
    },
  )

test('grants never exceed a cap: of a member a day, of a day, in all', { timeout: 900_000 }, () => {
  fc.assert(grantsKeepTheirCaps(), { numRuns: RUNS })
})

type Granted = Parameters<Laws['exceedsCap']>[0]
const blind = (cap: keyof Granted) => (granted: Granted, rules: Parameters<Laws['exceedsCap']>[1]) =>
  LAWS.exceedsCap({ ...granted, [cap]: 0n }, rules)

test.each(['memberToday', 'today', 'ever'] as const)(
  'planted: a grant that does not look at %s is found',
  (cap) => {
    expect(
      fc.check(grantsKeepTheirCaps({ ...LAWS, exceedsCap: blind(cap) }), { numRuns: 2_000 }).failed,
    ).toBe(true)
  },
)
