import { expect, test } from 'vitest'
import { digits, median, percentile } from './statistics.ts'

test('the median is the middle one, or between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([9, 1, 5, 7])).toBe(6)
  expect(median([])).toBeNaN()
})

test('of a hundred answers, one may be slower than p99', () => {
  const latencies = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect(percentile(latencies, 0.99)).toBe(99)
  expect(percentile(latencies, 0.5)).toBe(50)
  expect(percentile([3], 0.99)).toBe(3)
  expect(percentile([], 0.5)).toBeNaN()
})

test('figures keep the digits that count', () => {
  expect(digits(0.183_449)).toBe(0.1834)
  expect(digits(12_345.6)).toBe(12_350)
})
