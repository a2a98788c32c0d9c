import fc from 'fast-check'
import { expect, test } from 'vitest'
import { creditsCovering, shareVoid } from './void-rules.ts'

const cost = { campaignId: 'bread', pending: 8n, cleared: 0n, budget: 10n, platform: 2n }

test('the budget gives what it has, the platform its own part and what the budget lacks', () => {
  expect(shareVoid([cost], { budget: 7n, revenue: 100n })).toEqual({
    shares: [{ ...cost, fromBudget: 7n, fromRevenue: 5n }],
    ...{ returned: 20n, borne: 3n, missing: 0n },
  })
})

test('what has cleared is borne by the platform, and a platform with too little leaves each campaign short in proportion', () => {
  const other = { ...cost, campaignId: 'cake', pending: 0n, cleared: 8n }
  // Bread is owed 2, cake 2 and the 8 that have cleared; of the 12 there are 6.
  expect(shareVoid([cost, other], { budget: 20n, revenue: 6n })).toEqual({
    shares: [
      { ...cost, fromBudget: 10n, fromRevenue: 1n },
      { ...other, fromBudget: 10n, fromRevenue: 5n },
    ],
    ...{ returned: 34n, borne: 2n, missing: 6n },
  })
})

test('credits are taken newest first, whole, and no more of them than cover the need', () => {
  const credits = [5n, 3n, 9n].map((gross) => ({ gross }))
  const taken = (need: bigint) => creditsCovering(credits, need).map(({ gross }) => gross)
  expect([0n, 1n, 5n, 6n, 8n, 9n, 99n].map(taken)).toEqual([
    ...[[], [5n], [5n], [5n, 3n], [5n, 3n]],
    ...[
      [5n, 3n, 9n],
      [5n, 3n, 9n],
    ],
  ])
})

test('property: campaigns get back what they paid, less what is missing, and nobody gives what they have not', () => {
  const nano = fc.bigInt({ min: 0n, max: 10n ** 12n })
  const costs = fc.array(
    fc.record({
      ...{ campaignId: fc.uuid(), pending: nano, cleared: nano, budget: nano, platform: nano },
    }),
    { minLength: 1, maxLength: 6 },
  )
  fc.assert(
    fc.property(costs, nano, nano, (all, budget, revenue) => {
      const plan = shareVoid(all, { budget, revenue })
      const sum = (values: bigint[]) => values.reduce((a, b) => a + b, 0n)
      const paid = sum(all.map((c) => c.pending + c.cleared + c.budget + c.platform))
      const fromBudget = sum(plan.shares.map((s) => s.fromBudget))
      const fromRevenue = sum(plan.shares.map((s) => s.fromRevenue))
      expect(plan.returned + plan.missing).toBe(paid)
      expect(fromBudget <= budget && fromRevenue <= revenue).toBe(true)
      // Something is missing only when the platform has nothing left.
      expect(plan.missing === 0n || fromRevenue === revenue).toBe(true)
      for (const s of plan.shares)
        expect(
          s.fromBudget <= s.budget && s.fromRevenue <= s.cleared + s.platform + s.budget - s.fromBudget,
        ).toBe(true)
    }),
  )
})
