import { expect, test } from 'vitest'
import { spanOf, whenItClears } from './words.ts'

test('a span of time is told in the largest unit it is whole in', () => {
  expect([0, 1, 60, 90, 3_600, 5_400, 86_400, 604_800].map(spanOf)).toEqual([
    ...['0 seconds', '1 second', '1 minute', '90 seconds', '1 hour', '90 minutes', '1 day', '7 days'],
  ])
})

test('bob reads when his likes clear, by the rules of the network he is in', () => {
  const told = whenItClears({
    periodSeconds: 86_400,
    holds: { normal: 86_400, young: 604_800, views: 1_209_600 },
    fees: { tipBps: 250, clearingBps: 500 },
  })
  expect(told).toContain('period it was earned in is over, 1 day each')
  expect(told).toContain('1 day; 7 days where you or who paid is new here; 14 days for sponsored posts')
  expect(told).toContain('A fee of 5 %')
})
