import { amountOf } from '@rivulet/ledger'
import { expect, test } from 'vitest'
import { nextToClose, splitBudget } from './rules.ts'

const to = (authorId: string, weight: bigint) => ({ authorId, splits: [], weight })
const alice = { payerId: 'alice', barred: new Set<string>(), shareBps: 1_000 }

test('one nano over three equal likes goes to the first, and is not lost', () => {
  const parts = splitBudget(amountOf(1n), [to('bob', 5n), to('carol', 5n), to('dave', 5n)], alice)
  expect(parts).toEqual([[{ receiverId: 'bob', role: 'author', amount: 1n }], [], []])
})

test('acts that weigh nothing move nothing', () => {
  expect(splitBudget(amountOf(100n), [to('bob', 0n), to('carol', 0n)], alice)).toEqual([[], []])
  expect(splitBudget(amountOf(100n), [to('bob', 0n), to('carol', 2n)], alice)[1]).toEqual([
    { receiverId: 'carol', role: 'author', amount: 100n },
  ])
})

const none = { closing: undefined, lastClosed: undefined, firstUsed: undefined }

test.each([
  ['the first period of all is over, and nobody did anything', { ...none, current: 8n }, 7n],
  ['nobody did anything since the last close', { ...none, current: 8n, lastClosed: 6n }, 7n],
  ['all that are over are closed', { ...none, current: 8n, lastClosed: 7n, firstUsed: 8n }, undefined],
  ['what is done now is for later', { ...none, current: 8n, lastClosed: 6n, firstUsed: 8n }, 7n],
  [
    'one whose close had begun comes first',
    { ...none, current: 8n, closing: 3n, lastClosed: 2n, firstUsed: 3n },
    3n,
  ],
  [
    'after a week away the missed ones come in order',
    { ...none, current: 20n, lastClosed: 12n, firstUsed: 13n },
    13n,
  ],
  [
    'a million empty ones before a used one are closed as one',
    { ...none, current: 1_000_009n, lastClosed: 8n, firstUsed: 1_000_005n },
    1_000_004n,
  ],
  [
    'a million empty ones until now are closed as one',
    { ...none, current: 1_000_009n, lastClosed: 8n },
    1_000_008n,
  ],
  ['of a book that never closed one, the first that was used', { ...none, current: 9n, firstUsed: 4n }, 4n],
])('%s', (_, calendar, period) => {
  expect(nextToClose(calendar)).toBe(period)
})
