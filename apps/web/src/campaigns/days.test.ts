import { expect, test } from 'vitest'
import { viewsByDay } from './days.ts'

test('days without views are drawn as nothing', () => {
  expect(
    viewsByDay([
      { day: '2026-03-01', paid: 4 },
      { day: '2026-02-27', paid: 1 },
    ]),
  ).toEqual({
    buckets: ['2026-02-27T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    views: [1, 0, 4],
  })
})

test('a single day has one before it; of a long time the last thirty are drawn', () => {
  expect(viewsByDay([{ day: '2026-03-01', paid: 4 }]).views).toEqual([0, 4])
  const { buckets, views } = viewsByDay([
    { day: '2026-03-01', paid: 4 },
    { day: '2025-03-01', paid: 9 },
  ])
  expect(buckets).toHaveLength(30)
  expect(views.reduce((sum, one) => sum + one, 0)).toBe(4)
})

test('nothing is nothing', () => {
  expect(viewsByDay([])).toEqual({ buckets: [], views: [] })
})
