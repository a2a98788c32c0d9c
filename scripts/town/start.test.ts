import type { Child } from '@rivulet/stack'
import { expect, test } from 'vitest'
import { mayHaveTown } from './start.ts'

test('a town lives in the embedded stack only: with a database, a Redis or a chain of one’s own there is none', () => {
  const part = {} as Child
  expect(mayHaveTown({ chain: part, postgres: part }, {})).toBe(true)
  expect(mayHaveTown({ chain: null, postgres: part }, {})).toBe(false)
  expect(mayHaveTown({ chain: part, postgres: null }, {})).toBe(false)
  expect(mayHaveTown({ chain: part, postgres: part }, { REDIS_URL: 'redis://127.0.0.1' })).toBe(false)
})
