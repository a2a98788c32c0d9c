import { getAddress, Transaction } from 'ethers'

/** A reserved transaction, as its row says it. */
export type Reserved = {
  chainId: bigint
  /** EIP-55. */
  signer: string
  nonce: number
  to: string
  data: string
  gasLimit: bigint
}

/** EIP-1559, in wei of the chain's own coin. */
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }

/** Bytes ready to be sent, and the hash the chain will know them by. */
export type Signed = { raw: string; hash: string }

/**
 * Reads signed bytes again before anybody may keep them.
 * @returns their hash, when they are exactly the reserved transaction at these fees
 * @throws Error when the bytes say anything else than the row
 */
export function reread(raw: string, reserved: Reserved, fees: Fees): string {
  const read = Transaction.from(raw)
  const differing = [
    read.type === 2 ? [] : ['type'],
    read.chainId === reserved.chainId ? [] : ['chain'],
    read.from === getAddress(reserved.signer) ? [] : ['signer'],
    read.nonce === reserved.nonce ? [] : ['nonce'],
    read.to === getAddress(reserved.to) ? [] : ['to'],
    read.data.toLowerCase() === reserved.data.toLowerCase() ? [] : ['data'],
    read.value === 0n ? [] : ['value'],
    read.gasLimit === reserved.gasLimit ? [] : ['gas limit'],
    read.maxFeePerGas === fees.maxFeePerGas ? [] : ['fee'],
    read.maxPriorityFeePerGas === fees.maxPriorityFeePerGas ? [] : ['priority fee'],
    (read.accessList ?? []).length === 0 ? [] : ['access list'],
  ].flat()
  if (differing.length > 0 || read.hash === null)
    throw new Error(
      `the signed bytes of nonce ${reserved.nonce} differ from their row: ${differing.join(', ')}`,
    )
  return read.hash
}
