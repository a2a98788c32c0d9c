import { expect, test } from 'vitest'
import { type Leaf, leafHash, leafSum } from './leaf.ts'

const domain = `0x${'d0'.repeat(32)}`
const leaf: Leaf = {
  index: 3n,
  account: '0x00000000000000000000000000000000000a11ce',
  authorised: 50n,
  spendable: 60n,
  held: 40n,
  payout: 7n,
  batch: 2,
  deposited: 100n,
  salt: `0x${'5a'.repeat(32)}`,
}

test('a leaf counts what is granted, spendable and held, and neither payout nor deposits', () => {
  expect(leafSum(leaf)).toBe(150n)
})

test('every field and the vault it is for change the hash', () => {
  const others: Leaf[] = [
    { ...leaf, index: 4n },
    { ...leaf, account: '0x00000000000000000000000000000000000a11cf' },
    { ...leaf, authorised: 51n },
    { ...leaf, spendable: 61n },
    { ...leaf, held: 41n },
    { ...leaf, spendable: 40n, held: 60n },
    { ...leaf, payout: 8n },
    { ...leaf, batch: 3 },
    { ...leaf, deposited: 101n },
    { ...leaf, salt: `0x${'5b'.repeat(32)}` },
  ]
  const hashes = [leaf, ...others].map((each) => leafHash(domain, each))
  hashes.push(leafHash(`0x${'d1'.repeat(32)}`, leaf))
  expect(new Set(hashes).size).toBe(12)
})

test('a field that Solidity could not hold is refused', () => {
  const tooWide: Partial<Leaf>[] = [
    { index: 1n << 64n },
    { authorised: 1n << 128n },
    { spendable: -1n },
    { held: 1n << 128n },
    { payout: 1n << 128n },
    { deposited: 1n << 128n },
    { batch: 65_536 },
    { account: '0x12' },
    { salt: '0x' },
  ]
  for (const change of tooWide) expect(() => leafHash(domain, { ...leaf, ...change })).toThrow(RangeError)
})
