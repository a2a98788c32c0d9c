import { expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'

test('the first replacement comes soon, later ones ever later, and none later than in ten seconds', () => {
  expect([1, 2, 3, 4, 7, 8, 100].map(backOffMs)).toEqual([100, 200, 400, 800, 6_400, 10_000, 10_000])
})
