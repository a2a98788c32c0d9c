import { expect, test } from 'vitest'
import { compare, type EpochSummary, type Transparency } from './compare.ts'

const ROOT = `0x${'ab'.repeat(32)}`
const asset = { symbol: 'USDX', decimals: 6, address: `0x${'70'.repeat(20)}` }
const said: Transparency = {
  ...{ reserves: '120.5', liabilities: '110', inFlight: '10', surplus: '0.5' },
  ...{ block: 90, asOf: '2026-03-01T00:00:00.000Z', epoch: 3 },
}
const chain = {
  ...{ block: 90, token: asset.address, reserves: 120_500_000n, outstanding: 120_000_000n, claimed: 0n },
  ...{ number: 3, isFrozen: false, epoch: { root: ROOT, gross: 110_000_000n, depth: 5 } },
}
const epoch = { number: 3, root: ROOT, gross: '110' } as EpochSummary
const verdicts = (...given: Parameters<typeof compare>) => compare(...given).map(({ isEqual }) => isEqual)

test('the server and the chain say the same', () => {
  expect(verdicts(said, chain, epoch, asset)).toEqual([true, true, true])
  expect(verdicts(said, { ...chain, number: 0 }, null, asset)).toEqual([true])
})

test('a unit too many or too few, another token, or sums that do not add up are not equal', () => {
  expect(verdicts({ ...said, reserves: '120.500001' }, chain, epoch, asset)[0]).toBe(false)
  expect(verdicts(said, { ...chain, reserves: 120_499_999n }, epoch, asset)[0]).toBe(false)
  expect(verdicts(said, { ...chain, token: ROOT.slice(0, 42) }, epoch, asset)[0]).toBe(false)
  expect(verdicts({ ...said, liabilities: '109' }, chain, epoch, asset)[0]).toBe(false)
  expect(verdicts(said, chain, { ...epoch, root: `0x${'ac'.repeat(32)}` }, asset)).toEqual([
    true,
    false,
    true,
  ])
  expect(verdicts(said, chain, { ...epoch, gross: '110.000001' }, asset)).toEqual([true, true, false])
})
