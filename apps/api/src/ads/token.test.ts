import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { createViewTokens, TOKEN_LENGTH } from './token.ts'

const tokens = createViewTokens('the secret of a test, long enough')
const claims = {
  viewId: newId(),
  memberId: newId(),
  campaignId: newId(),
  postId: newId(),
  expiresAt: 1_800_000_000_123,
}

test('a token says what it was made of, and is the same every time', () => {
  const token = tokens.sign(claims)
  expect(token).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(token).toHaveLength(TOKEN_LENGTH)
  expect(tokens.sign(claims)).toBe(token)
  expect(tokens.verify(token)).toEqual(claims)
})

test('another deployment has not signed it', () => {
  expect(createViewTokens('another secret, as long as the first').verify(tokens.sign(claims))).toBeUndefined()
})

test('with any bit turned, a byte more or less, or spelled otherwise, it is none', () => {
  const token = tokens.sign(claims)
  const bytes = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const turned = Buffer.from(bytes)
    turned[bit >> 3]! ^= 1 << (bit & 7)
    expect(tokens.verify(turned.toString('base64url'))).toBeUndefined()
  }
  for (const other of ['', token.slice(0, -1), `${token}A`, `${token}=`, ` ${token}`, bytes.toString('hex')])
    expect(tokens.verify(other)).toBeUndefined()
})
