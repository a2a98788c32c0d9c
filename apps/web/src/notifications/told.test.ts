import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Told, wordsOf } from './told.ts'

const ALICE = { id: 'a', handle: 'alice', displayName: 'Alice', address: '0xa' }
const BOB = { id: 'b', handle: null, displayName: '', address: '0xb' }

function told(kind: string, more: Partial<Told> = {}): Told {
  return {
    ...{ id: 'n', kind, ref: { type: 'post', id: 'p' }, actor: ALICE, body: {}, readAt: null },
    ...{ createdAt: '2026-01-31T12:00:00.000Z', ...more },
  }
}

test('alice comments on a post, and her comment is where it leads', () => {
  expect(wordsOf(told('comment', { body: { of: 'other' } }), 'USDC')).toEqual({
    ...{ who: [ALICE], others: 0, does: 'commented on your post', leadsTo: '/posts/p' },
  })
})

test('seven likes of one post are one line: the newest by name, the others by number', () => {
  const { who, others, does } = wordsOf(told('like', { actors: [ALICE, BOB], count: 7 }), 'USDC')
  expect([who, others, does]).toEqual([[ALICE, BOB], 5, 'liked your post'])
})

test('an anonymous tip names nobody', () => {
  const tip = told('tip', { actor: null, body: { amount: '0.25', postId: null, message: 'for the river' } })
  expect(wordsOf(tip, 'USDC')).toMatchObject({
    ...{ who: [], does: 'Somebody tipped 0.25 USDC for you', quote: 'for the river', leadsTo: '/wallet' },
  })
})

test('a follower leads to their page, also without a handle', () => {
  expect(wordsOf(told('follow', { actor: BOB }), 'USDC').leadsTo).toBe('/members/b')
})

test('a withdrawal says what became of it, and an unknown state is said as it is', () => {
  const of = (status: string) =>
    wordsOf(told('withdrawal', { actor: null, body: { amount: '5', status } }), 'USDC').does
  expect(of('confirmed')).toBe('Your withdrawal of 5 USDC has arrived')
  expect(of('pondered')).toBe('Your withdrawal of 5 USDC is pondered')
})

test('a kind that this page does not know is told all the same', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.boolean(), (kind, type, isNamed) => {
      const words = wordsOf(told(kind, { ref: { type, id: 'x' }, actor: isNamed ? ALICE : null }), 'USDC')
      return words.does.length > 0 && !words.does.includes('null')
    }),
  )
})
