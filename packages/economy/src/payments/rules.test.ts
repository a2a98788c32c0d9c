import { amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitPayment } from './rules.ts'

const nano = (value: number) => amountOf(BigInt(value))
const nobody = new Map<string, never>()

const three = {
  authorId: 'bob',
  splits: [
    { memberId: 'bob', bps: 5_000 },
    { memberId: 'erin', bps: 3_000 },
    { memberId: 'frank', bps: 2_000 },
  ],
}

test('alice pays 1,000 for what bob, erin and frank made: the fee first, then each their part', () => {
  // 2.5 % of 1,000 is 25; of 975, 50 %, 30 % and 20 % are 487.5, 292.5 and 195: the first half nano goes to bob.
  expect(splitPayment(nano(1_000), three, { payerId: 'alice', bars: nobody, feeBps: 250 })).toEqual({
    ok: true,
    amount: 1_000n,
    fee: 25n,
    parts: [
      { memberId: 'bob', amount: 488n },
      { memberId: 'erin', amount: 292n },
      { memberId: 'frank', amount: 195n },
    ],
  })
})

test('what erin may not have is not taken, and is spread over nobody; the fee is on the rest', () => {
  const bars = new Map([['erin', 'blocked' as const]])
  // 700 are charged: a fee of 17.5, rounded up; of 682, five sevenths are 487.14 and two are 194.86.
  expect(splitPayment(nano(1_000), three, { payerId: 'alice', bars, feeBps: 250 })).toEqual({
    ok: true,
    amount: 700n,
    fee: 18n,
    parts: [
      { memberId: 'bob', amount: 487n },
      { memberId: 'frank', amount: 195n },
    ],
  })
})

test('with nobody left to pay it says why', () => {
  const of = (authorId: string, bars: Map<string, 'blocked' | 'suspended'>, whole = 1_000) =>
    splitPayment(nano(whole), { authorId, splits: [] }, { payerId: 'alice', bars, feeBps: 250 })
  expect(of('alice', new Map())).toEqual({ ok: false, code: 'self' })
  expect(of('bob', new Map([['bob', 'blocked']]))).toEqual({ ok: false, code: 'blocked' })
  expect(of('bob', new Map([['bob', 'suspended']]))).toEqual({ ok: false, code: 'suspended' })
  expect(of('bob', new Map(), 1)).toEqual({ ok: false, code: 'below_minimum' })
})

test('property: nothing is lost or made, nobody barred is paid, and nobody has more for another being barred', () => {
  const splits = fc
    .uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 9 })
    .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 10_000])
    .map((cuts) => cuts.slice(1).map((cut, i) => ({ memberId: `m${i}`, bps: cut - cuts[i]! })))
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 15n }),
      splits,
      fc.array(fc.integer({ min: 0, max: 9 })),
      fc.integer({ min: 0, max: 10_000 }),
      (whole, parts, barred, feeBps) => {
        const bars = new Map(barred.map((i) => [`m${i}`, 'blocked' as const]))
        const to = { authorId: 'm0', splits: parts }
        const paid = splitPayment(amountOf(whole), to, { payerId: 'alice', bars, feeBps })
        if (!paid.ok) return
        const sum = paid.parts.reduce((all, part) => all + part.amount, 0n)
        expect(sum + paid.fee).toBe(paid.amount)
        expect(paid.amount).toBeLessThanOrEqual(whole)
        // The fee is rounded up, by less than a nano.
        expect(paid.fee * 10_000n - paid.amount * BigInt(feeBps)).toBeGreaterThanOrEqual(0n)
        expect(paid.fee * 10_000n - paid.amount * BigInt(feeBps)).toBeLessThan(10_000n)
        for (const { memberId, amount } of paid.parts) {
          expect(bars.has(memberId)).toBe(false)
          const bps = parts.find((part) => part.memberId === memberId)?.bps ?? 0
          // No more than their basis points of what was offered less the fee, but for rounding: by highest averages
          // (ADR 27) a part is above its own by less than a nano for each part there is, and it is split twice.
          const rounding = 2n * 10_000n * BigInt(Math.max(parts.length, 1))
          expect(amount * 10_000n).toBeLessThanOrEqual(whole * BigInt(bps) + rounding)
        }
      },
    ),
    { numRuns: process.env.LONG ? 10_000 : 500 },
  )
})
