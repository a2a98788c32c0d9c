import { solidityPacked, ZeroAddress, ZeroHash } from 'ethers'
import { expect, test } from 'vitest'
import { packPayouts, splitIntoBatches, unpackPayouts } from './batch.ts'
import { buildPayoutTree } from './payout-tree.ts'

const alice = '0xa11CE00000000000000000000000000000000001'
const bob = '0x0B0B000000000000000000000000000000000002'.toLowerCase()
const people = (count: number) => Array.from({ length: count }, () => ({ account: bob, amount: 1n }))

test('a record is twenty bytes of address and twelve of amount', () => {
  const most = (1n << 96n) - 1n
  const records = packPayouts([
    { account: alice.toLowerCase(), amount: 10n },
    { account: bob, amount: most },
  ])
  expect(records).toBe(
    solidityPacked(['address', 'uint96', 'address', 'uint96'], [alice.toLowerCase(), 10n, bob, most]),
  )
  expect(unpackPayouts(records).map(({ account, amount }) => [account.toLowerCase(), amount])).toEqual([
    [alice.toLowerCase(), 10n],
    [bob, most],
  ])
})

test('what no batch may hold is refused', () => {
  expect(() => packPayouts([])).toThrow(RangeError)
  expect(() => packPayouts(people(501))).toThrow(RangeError)
  expect(() => packPayouts([{ account: ZeroAddress, amount: 1n }])).toThrow(RangeError)
  expect(() => packPayouts([{ account: bob, amount: 0n }])).toThrow(RangeError)
  expect(() => packPayouts([{ account: bob, amount: 1n << 96n }])).toThrow(RangeError)
  expect(() => packPayouts([{ account: '0x12', amount: 1n }])).toThrow(RangeError)
  expect(() => unpackPayouts('0x1234')).toThrow(RangeError)
})

test('an epoch pays 127,500 people in 255 batches, and not one more', () => {
  expect(splitIntoBatches([])).toEqual([])
  expect(splitIntoBatches(people(501)).map((batch) => batch.length)).toEqual([500, 1])
  expect(splitIntoBatches(people(127_500))).toHaveLength(255)
  expect(() => splitIntoBatches(people(127_501))).toThrow(RangeError)
})

test('no batch has a zero root, and a lone batch is its own root', () => {
  const lone = `0x${'ab'.repeat(32)}`
  expect(buildPayoutTree([]).root).toBe(ZeroHash)
  expect(buildPayoutTree([lone]).root).toBe(lone)
  expect(buildPayoutTree([lone]).proof(0)).toEqual([])
  expect(() => buildPayoutTree([lone]).proof(1)).toThrow(RangeError)
})
