import { expect, test } from 'vitest'
import { unknownUse } from './lane.ts'

test.each([
  ['a lane without rows takes the key as it finds it', 12, { last: null, firstUnsigned: null }, false],
  ['everything known is on the chain', 12, { last: 11, firstUnsigned: null }, false],
  ['some of it is not yet', 9, { last: 11, firstUnsigned: null }, false],
  ['and some of it is not even signed', 11, { last: 11, firstUnsigned: 11 }, false],
  ['one more than is known', 13, { last: 11, firstUnsigned: null }, true],
  ['a nonce is spent that nothing was signed for', 12, { last: 11, firstUnsigned: 11 }, true],
] as const)('%s', (_, count, rows, isUnknown) => {
  expect(unknownUse(count, rows) !== undefined).toBe(isUnknown)
})
