import { AbiCoder, concat, hashMessage, isCallException, type Provider, verifyMessage } from 'ethers'

/** `isValidSignature(bytes32,bytes)`: its selector, and what it returns for yes (EIP-1271). */
const MAGIC = '0x1626ba7e'

/**
 * Whether `address` signed `message` (EIP-191): with its own key, or, when it is a contract, by its own word (EIP-1271).
 *
 * @throws when the chain has to be asked and does not answer
 */
export async function isSignedBy(
  provider: Pick<Provider, 'getCode' | 'call'>,
  address: string,
  message: string,
  signature: string,
): Promise<boolean> {
  if (!/^0x([0-9a-fA-F]{2})+$/.test(signature)) return false
  if (recover(message, signature) === address) return true
  if ((await provider.getCode(address)) === '0x') return false
  const call = concat([
    MAGIC,
    AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes'], [hashMessage(message), signature]),
  ])
  try {
    const answer = await provider.call({ to: address, data: call })
    return answer.length === 66 && answer.startsWith(MAGIC) && /^0*$/.test(answer.slice(10))
  } catch (error) {
    // A contract that reverts says no; a node that does not answer says nothing.
    if (isCallException(error)) return false
    throw error
  }
}

function recover(message: string, signature: string): string | undefined {
  try {
    return verifyMessage(message, signature)
  } catch {
    return undefined
  }
}
