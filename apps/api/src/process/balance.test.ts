import { expect, test } from 'vitest'
import { idleCores, takersAfter } from './balance.ts'

const busy = (...shares: number[]) => shares

test('one process takes everything while it can cope', () => {
  expect(takersAfter(1, { busy: busy(0.7, 0, 0, 0), idleCores: 6 })).toBe(1)
})

test('when it is full and a core is free the next one helps, one at a time', () => {
  expect(takersAfter(1, { busy: busy(0.95, 0, 0, 0), idleCores: 6 })).toBe(2)
  expect(takersAfter(2, { busy: busy(0.95, 0.2, 0, 0), idleCores: 5 })).toBe(2)
  expect(takersAfter(2, { busy: busy(0.95, 0.9, 0, 0), idleCores: 5 })).toBe(3)
})

test('without a free core another process would only make smaller batches', () => {
  expect(takersAfter(1, { busy: busy(0.99, 0, 0, 0), idleCores: 0.6 })).toBe(1)
})

test('all help at most', () => {
  expect(takersAfter(2, { busy: busy(0.99, 0.99), idleCores: 6 })).toBe(2)
})

test('when the rest could do it with room, one fewer takes, and one always does', () => {
  expect(takersAfter(3, { busy: busy(0.3, 0.3, 0.3, 0), idleCores: 3 })).toBe(2)
  expect(takersAfter(2, { busy: busy(0.5, 0.3, 0, 0), idleCores: 3 })).toBe(2)
  expect(takersAfter(1, { busy: busy(0, 0, 0, 0), idleCores: 8 })).toBe(1)
})

test('nobody uses more cores than there are', () => {
  const read = idleCores()
  const until = performance.now() + 50
  while (performance.now() < until);
  const idle = read()
  expect(idle).toBeGreaterThanOrEqual(0)
  expect(read()).toBeGreaterThanOrEqual(0)
})
