import { Transaction, Wallet } from 'ethers'
import { expect, test } from 'vitest'
import { type Reserved, reread, sign } from './sign.ts'

// A key for nothing but this file.
const wallet = new Wallet(`0x${'11'.repeat(32)}`)
const reserved: Reserved = {
  chainId: 31337n,
  signer: wallet.address,
  nonce: 7,
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  data: '0xdeadbeef',
  gasLimit: 100_000n,
}
const fees = { maxFeePerGas: 30n, maxPriorityFeePerGas: 2n }

test('the same row at the same fees gives the same bytes, with the hash the chain will use', () => {
  const first = sign(reserved, fees, wallet)
  expect(sign(reserved, fees, wallet)).toEqual(first)
  expect(Transaction.from(first.raw).hash).toBe(first.hash)
})

test.each<[string, Partial<Reserved>]>([
  ['chain', { chainId: 1n }],
  ['nonce', { nonce: 8 }],
  ['to', { to: wallet.address }],
  ['data', { data: '0xdeadbeee' }],
  ['gas limit', { gasLimit: 100_001n }],
  ['signer', { signer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }],
])('bytes that say another %s than the row are refused', (what, other) => {
  const { raw } = sign(reserved, fees, wallet)
  expect(() => reread(raw, { ...reserved, ...other }, fees)).toThrow(
    `nonce ${other.nonce ?? 7} differ from their row: ${what}`,
  )
})

test.each([
  ['value', { value: 1n }],
  ['fee', { maxFeePerGas: 31n }],
  ['priority fee', { maxPriorityFeePerGas: 3n }],
  ['access list', { accessList: [{ address: wallet.address, storageKeys: [] }] }],
])('bytes with another %s are refused', (what, other) => {
  const { chainId, nonce, to, data, gasLimit } = reserved
  const altered = Transaction.from({ type: 2, chainId, nonce, to, data, gasLimit, ...fees, ...other })
  altered.signature = wallet.signingKey.sign(altered.unsignedHash)
  expect(() => reread(altered.serialized, reserved, fees)).toThrow(`differ from their row: ${what}`)
})

test('a key cannot sign for another signer', () => {
  const other = new Wallet(`0x${'22'.repeat(32)}`)
  expect(() => sign(reserved, fees, other)).toThrow('signer')
})
