import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stack, totals } from './stack.ts'

const DAYS = ['2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z']

test("bob's likes lie on the axis, his tips on them, and what was taken back beneath", () => {
  const chart = {
    buckets: DAYS,
    series: [
      { stream: 'like' as const, values: ['0.0005', '-0.001', '0'] },
      { stream: 'tip' as const, values: ['0.975', '0.2', '0'] },
      { stream: 'unlock' as const, values: ['0', '-0.5', '3'] },
    ],
  }
  expect(stack(chart)).toEqual([
    { stream: 'like', ends: ['0.0005', '-0.001', null] },
    { stream: 'tip', ends: ['0.9755', '0.2', null] },
    { stream: 'unlock', ends: [null, '-0.501', '3'] },
  ])
  expect(totals(chart)).toEqual(['0.9755', '-0.301', '3'])
})

test('nothing earned is nothing drawn', () => {
  expect(stack({ buckets: DAYS, series: [] })).toEqual([])
  expect(totals({ buckets: DAYS, series: [] })).toEqual(['0', '0', '0'])
})

test('the ends of a bucket are what was earned and what was taken back in it', () => {
  // Whole amounts, which numbers add without error: another way to the same sums.
  const bucket = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 9 })
  const streams = [
    ...(['attention', 'like', 'read', 'comment', 'share'] as const),
    ...(['tip', 'subscription', 'unlock', 'grant'] as const),
  ]
  fc.assert(
    fc.property(bucket, (values) => {
      const chart = {
        buckets: [DAYS[0]!],
        series: values.map((value, i) => ({ stream: streams[i]!, values: [String(value)] })),
      }
      const ends = stack(chart).map((one) => Number(one.ends[0] ?? 0))
      const sumOf = (some: number[]) => some.reduce((sum, value) => sum + value, 0)
      expect(Math.max(0, ...ends)).toBe(sumOf(values.filter((value) => value > 0)))
      expect(Math.min(0, ...ends)).toBe(0 + sumOf(values.filter((value) => value < 0)))
      expect(totals(chart)).toEqual([String(sumOf(values))])
    }),
  )
})
