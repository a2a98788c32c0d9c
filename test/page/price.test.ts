import { amountOf, splitByBps } from '@rivulet/ledger'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitPrice } from '../../apps/web/src/campaigns/price.ts'

test('what the page says that a view pays is what the ledger pays', () => {
  const split = fc
    .tuple(...[0, 1, 2].map(() => fc.nat(10_000)))
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 10_000])
    .map((cuts) => cuts.slice(1).map((cut, i) => cut - cuts[i]!))
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), split, (price, bps) => {
      const [viewer, budget, author, platform] = bps as [number, number, number, number]
      expect(Object.values(splitPrice(price, { viewer, budget, author, platform }))).toEqual(
        splitByBps(amountOf(price), bps),
      )
    }),
    { numRuns: process.env.LONG ? 100_000 : 2_000 },
  )
})
