import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextDue, retryAt } from './rules.ts'

const at = (text: string) => new Date(text)
const due = (anchor: string, interval: 'day' | 'week' | 'month', now: string, daySeconds = 86_400) =>
  nextDue(at(anchor), interval, at(now), daySeconds).toISOString()

test.each([
  ['2026-01-31T10:00:00.000Z', '2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
  ['2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z', '2026-03-31T10:00:00.000Z'],
  ['2028-01-31T10:00:00.000Z', '2028-01-31T10:00:00.000Z', '2028-02-29T10:00:00.000Z'],
  ['2026-11-30T23:59:59.999Z', '2026-12-30T23:59:59.999Z', '2027-01-30T23:59:59.999Z'],
  // Three months away: one charge, and the next in its place.
  ['2026-01-15T00:00:00.000Z', '2026-05-02T00:00:00.000Z', '2026-05-15T00:00:00.000Z'],
  ['2026-01-31T10:00:00.000Z', '2026-02-28T09:59:59.999Z', '2026-02-28T10:00:00.000Z'],
])('paid monthly from %s, after %s it is %s', (anchor, now, next) => {
  expect(due(anchor, 'month', now)).toBe(next)
})

test('days and weeks count from the anchor, and what was missed is skipped', () => {
  expect(due('2026-01-01T08:00:00Z', 'day', '2026-01-01T08:00:00Z')).toBe('2026-01-02T08:00:00.000Z')
  expect(due('2026-01-01T08:00:00Z', 'day', '2026-01-09T09:00:00Z')).toBe('2026-01-10T08:00:00.000Z')
  expect(due('2026-01-01T08:00:00Z', 'week', '2026-01-07T08:00:00Z')).toBe('2026-01-08T08:00:00.000Z')
})

test('with days of a minute a month is half an hour', () => {
  expect(due('2026-01-31T10:00:00Z', 'month', '2026-01-31T10:00:00Z', 60)).toBe('2026-01-31T10:30:00.000Z')
})

test('a retry comes an hour later, on a short clock sooner, but never at once', () => {
  expect(retryAt(at('2026-01-01T08:00:00Z'), 86_400).toISOString()).toBe('2026-01-01T09:00:00.000Z')
  expect(retryAt(at('2026-01-01T08:00:00Z'), 60).toISOString()).toBe('2026-01-01T08:00:02.500Z')
  expect(retryAt(at('2026-01-01T08:00:00Z'), 1).toISOString()).toBe('2026-01-01T08:00:01.000Z')
})

test('property: the next charge is after now, within an interval, and on its grid', () => {
  const moment = fc.date({
    min: at('1999-01-01T00:00:00Z'),
    max: at('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(moment, moment, fc.constantFrom('day', 'week', 'month'), (a, b, interval) => {
      const [anchor, now] = a < b ? [a, b] : [b, a]
      const next = nextDue(anchor, interval, now, 86_400)
      const days = (next.getTime() - now.getTime()) / 86_400_000
      expect(days).toBeGreaterThan(0)
      expect(days).toBeLessThanOrEqual({ day: 1, week: 7, month: 31 }[interval])
      expect(next.getTime() % 86_400_000).toBe(anchor.getTime() % 86_400_000)
      // Asked again a moment before, it is the same one.
      expect(nextDue(anchor, interval, new Date(next.getTime() - 1), 86_400)).toEqual(next)
    }),
    { numRuns: process.env.LONG ? 10_000 : 500 },
  )
})
