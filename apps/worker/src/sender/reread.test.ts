import { Transaction, Wallet } from 'ethers'
import { expect, test } from 'vitest'
import { localSigner } from '../signer/signer.ts'
import { type Fees, type Reserved, reread } from './reread.ts'

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

/** What the local signer makes of a row, read again. */
async function sign(row: Reserved, offer: Fees, key = wallet.privateKey) {
  const answer = await localSigner(key).sign({ ...row, ...offer })
  if (!answer.ok) throw new Error(answer.detail)
  return { raw: answer.raw, hash: reread(answer.raw, row, offer) }
}

test('the same row at the same fees gives the same bytes, with the hash the chain will use', async () => {
  const first = await sign(reserved, fees)
  expect(await sign(reserved, fees)).toEqual(first)
  expect(Transaction.from(first.raw).hash).toBe(first.hash)
})

test.each<[string, Partial<Reserved>]>([
  ['chain', { chainId: 1n }],
  ['nonce', { nonce: 8 }],
  ['to', { to: wallet.address }],
  ['data', { data: '0xdeadbeee' }],
  ['gas limit', { gasLimit: 100_001n }],
  ['signer', { signer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' }],
])('bytes that say another %s than the row are refused', async (what, other) => {
  const { raw } = await sign(reserved, fees)
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

test('bytes of another key are refused', async () => {
  await expect(sign(reserved, fees, `0x${'22'.repeat(32)}`)).rejects.toThrow('signer')
})
