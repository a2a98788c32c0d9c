import { ProblemError } from '@rivulet/sdk'
import { expect, test } from 'vitest'
import { newIntent } from './intent.ts'

function counted() {
  let last = 0
  return newIntent(() => `key ${++last}`)
}

const refusal = (status: number, code: string) =>
  new ProblemError(
    { type: 'about:blank', title: code, status, code } as never,
    new Response(null, { status }),
  )

test('alice clicks again when no answer came: it is the same tip', () => {
  const intent = counted()
  const tip = { postId: '1', amount: '1' }
  expect(intent.keyOf(tip)).toBe('key 1')
  intent.end(new TypeError('Failed to fetch'))
  expect(intent.keyOf({ ...tip })).toBe('key 1')
  intent.end(refusal(503, 'unavailable'))
  intent.end(refusal(429, 'rate_limited'))
  intent.end(refusal(409, 'idempotency_in_progress'))
  expect(intent.keyOf(tip)).toBe('key 1')
})

test('another amount is another tip, and so is the same one after it was paid', () => {
  const intent = counted()
  expect(intent.keyOf({ amount: '1' })).toBe('key 1')
  expect(intent.keyOf({ amount: '2' })).toBe('key 2')
  intent.end()
  expect(intent.keyOf({ amount: '2' })).toBe('key 3')
})

test('a refusal is kept under its key: when alice has deposited, she asks by another', () => {
  const intent = counted()
  expect(intent.keyOf({ amount: '5' })).toBe('key 1')
  intent.end(refusal(409, 'insufficient_funds'))
  expect(intent.keyOf({ amount: '5' })).toBe('key 2')
})
