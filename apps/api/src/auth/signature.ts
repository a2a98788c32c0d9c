import { AbiCoder, concat, hashMessage, isError, type Provider, verifyMessage } from 'ethers'
import { ChainUnavailable } from '../errors/unreachable.ts'

/** `isValidSignature(bytes32,bytes)`: its selector, and what it returns for yes (EIP-1271). */
const MAGIC = '0x1626ba7e'

/**
 * Whether `address` signed `message` (EIP-191): with its own key, or, when it is a contract, by its own word (EIP-1271).
 *
 * @throws ChainUnavailable when the chain has to be asked and does not answer
 */
export async function isSignedBy(
  provider: Pick<Provider, 'getCode' | 'call'>,
  address: string,
  message: string,
  signature: string,
): Promise<boolean> {
  if (!/^0x([0-9a-fA-F]{2})+$/.test(signature)) return false
  if (recover(message, signature) === address) return true
  if ((await asking(provider.getCode(address))) === '0x') return false
  const call = concat([
    MAGIC,
    AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes'], [hashMessage(message), signature]),
  ])
  try {
    const answer = await asking(provider.call({ to: address, data: call }))
    return answer.length === 66 && answer.startsWith(MAGIC) && /^0*$/.test(answer.slice(10))
  } catch (error) {
    // A contract that reverts says no; a node that does not answer says nothing.
    if (error instanceof ChainUnavailable && isError(error.cause, 'CALL_EXCEPTION')) return false
    throw error
  }
}

async function asking<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw new ChainUnavailable(error)
  })
}

/** As `personal_sign` writes them: r, s and v. Other lengths may still mean something to a contract. */
const ECDSA_SIGNATURE_CHARS = 2 + 2 * 65

function recover(message: string, signature: string): string | undefined {
  if (signature.length !== ECDSA_SIGNATURE_CHARS) return undefined
  try {
    return verifyMessage(message, signature)
  } catch {
    return undefined
  }
}
