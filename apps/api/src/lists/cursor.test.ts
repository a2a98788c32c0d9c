import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCursors } from './cursor.ts'

const cursors = createCursors('the secret of a test, long enough')

test('a cursor gives its key back to the list it is of, and to no other', () => {
  const key = '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11'
  const cursor = cursors.encode(['comments', 'p1'], key)
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(cursors.decode(['comments', 'p1'], cursor)).toBe(key)
  for (const list of [
    ['comments', 'p2'],
    ['comments'],
    ['comments', 'p1', ''],
    ['latest'],
    ['comments","p1'],
  ] as const)
    expect(cursors.decode(list, cursor)).toBeUndefined()
  expect(
    createCursors('another secret, as long as the first').decode(['comments', 'p1'], cursor),
  ).toBeUndefined()
})

test('any key comes back whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
      expect(cursors.decode(['a'], cursors.encode(['a'], key))).toBe(key)
    }),
  )
})

test('a cursor with any bit turned is none', () => {
  const bytes = Buffer.from(cursors.encode(['latest'], 'key'), 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const turned = Buffer.from(bytes)
    turned[bit >> 3]! ^= 1 << (bit & 7)
    expect(cursors.decode(['latest'], turned.toString('base64url'))).toBeUndefined()
  }
})

test('and so is everything else', () => {
  fc.assert(fc.property(fc.string(), (text) => cursors.decode(['latest'], text) === undefined))
})
