import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketsIn, MOST_BUCKETS, sumChanges, usualFrom } from './rules.ts'

const at = (text: string) => new Date(text)
const starts = (bucket: 'hour' | 'day', from: string, to: string) => {
  const found = bucketsIn({ bucket, from: at(from), to: at(to) })
  return found.ok ? found.starts.map((start) => start.toISOString()) : found
}

test('the first bucket is the one `from` lies in, and `to` is in none', () => {
  expect(starts('hour', '2026-03-01T09:59:59.999Z', '2026-03-01T12:00:00Z')).toEqual([
    '2026-03-01T09:00:00.000Z',
    '2026-03-01T10:00:00.000Z',
    '2026-03-01T11:00:00.000Z',
  ])
  expect(starts('day', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00.001Z')).toEqual([
    '2026-02-28T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
  ])
})

test('hours and days are those of UTC, whatever the clocks of people do', () => {
  // The night Europe's clocks go forward has 23 hours there, and 24 in UTC.
  expect(starts('hour', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00')).toHaveLength(23)
  expect(starts('day', '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00')).toEqual([
    '2026-03-28T00:00:00.000Z',
    '2026-03-29T00:00:00.000Z',
  ])
})

test('a range that ends where it begins, or before, is empty; one too long says how long it is', () => {
  const noon = '2026-03-01T12:00:00Z'
  expect(starts('day', noon, noon)).toEqual({ ok: false, code: 'empty_range' })
  expect(starts('day', noon, '2026-03-01T11:00:00Z')).toEqual({ ok: false, code: 'empty_range' })
  expect(starts('hour', '2026-01-01T00:00:00Z', '2026-02-11T16:00:00Z')).toHaveLength(1_000)
  expect(starts('hour', '2026-01-01T00:00:00Z', '2026-02-11T16:00:00.001Z')).toEqual({
    ok: false,
    code: 'too_many_buckets',
    count: 1_001,
  })
})

test('buckets are neighbours, begin at or before `from`, and end at or behind `to`', () => {
  const moment = fc.date({
    min: at('1970-01-01T00:00:00Z'),
    max: at('9999-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  const length = { hour: 3_600_000, day: 86_400_000 }
  fc.assert(
    fc.property(
      fc.constantFrom('hour' as const, 'day' as const),
      moment,
      fc.double({ min: 0.000_000_1, max: MOST_BUCKETS + 2, noNaN: true }),
      (bucket, from, width) => {
        const to = new Date(from.getTime() + Math.ceil(width * length[bucket]))
        const found = bucketsIn({ bucket, from, to })
        if (!found.ok) {
          expect(width).toBeGreaterThan(MOST_BUCKETS - 1)
          return
        }
        const times = found.starts.map((start) => start.getTime())
        expect(times[0]).toBeLessThanOrEqual(from.getTime())
        expect(times[0]! + length[bucket]).toBeGreaterThan(from.getTime())
        expect(times.at(-1)).toBeLessThan(to.getTime())
        expect(times.at(-1)! + length[bucket]).toBeGreaterThanOrEqual(to.getTime())
        expect(times.every((time, i) => i === 0 || time - times[i - 1]! === length[bucket])).toBe(true)
        expect(times[0]).toBe(found.first * length[bucket])
      },
    ),
  )
})

test('a chart nobody gave a beginning has 30 days, or 24 hours, and ends with the current one', () => {
  const now = at('2026-03-01T12:34:56Z')
  expect(usualFrom('day', now).toISOString()).toBe('2026-01-31T00:00:00.000Z')
  expect(usualFrom('hour', now).toISOString()).toBe('2026-02-28T13:00:00.000Z')
  const midnight = at('2026-03-01T00:00:00Z')
  expect(usualFrom('day', midnight).toISOString()).toBe('2026-01-30T00:00:00.000Z')
  expect(bucketsIn({ bucket: 'day', from: usualFrom('day', now), to: now })).toMatchObject({
    starts: { length: 30 },
  })
})

test('changes sum by member and stream; a like and its reversal are nothing', () => {
  expect(
    sumChanges([
      { memberId: 'bob', stream: 'like', amount: 5n },
      { memberId: 'bob', stream: 'tip', amount: 7n },
      { memberId: 'alice', stream: 'like', amount: 5n },
      { memberId: 'bob', stream: 'like', amount: 5n },
      { memberId: 'alice', stream: 'like', amount: -5n },
    ]),
  ).toEqual([
    { memberId: 'bob', stream: 'like', amount: 10n },
    { memberId: 'bob', stream: 'tip', amount: 7n },
  ])
})
