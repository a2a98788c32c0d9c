import { expect, test } from 'vitest'
import { measure } from './measure.ts'
import { ceilings, resultOf } from './report.ts'

/*
 * Gas is exact: the same on every machine. What it was when somebody looked last stands here, and the ceilings of
 * DESIGN §8 above it.
 */
const snapshot = { existing: 8_612, fresh: 25_712, commitActivate: 116_502 }

test('a payout, a commit and an activation cost what they did, and no more than they may', async () => {
  const { figures, pass } = resultOf(await measure({ batch: 500, naive: 1, accounts: [1_000, 2_000] }))
  expect(figures.existing).toBeLessThanOrEqual(ceilings.existing)
  expect(figures.fresh).toBeLessThanOrEqual(ceilings.fresh)
  expect(figures.commitActivate).toBeLessThanOrEqual(ceilings.commitActivate)
  expect(pass).toBe(true)
  for (const [key, gas] of Object.entries(snapshot)) {
    // Call data of other addresses has other zero bytes.
    expect(Math.abs(figures[key]! - gas), `${key}: ${figures[key]}, was ${gas}`).toBeLessThan(gas / 200)
  }
})
