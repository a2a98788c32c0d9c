import { AbiCoder, concat, isError, type Provider, recoverAddress } from 'ethers'
import { ChainUnavailable } from '../errors/unreachable.ts'

/** `isValidSignature(bytes32,bytes)`: its selector, and what it returns for yes (EIP-1271). */
const MAGIC = '0x1626ba7e'

type Asked = Pick<Provider, 'getCode' | 'call'>

/**
 * Whether `address` signed what has this digest (EIP-191, EIP-712): with its own key, or, when it is a contract, by its
 * own word (EIP-1271).
 *
 * @throws ChainUnavailable when the chain has to be asked and does not answer
 */
export async function isSignedBy(
  provider: Asked,
  address: string,
  digest: string,
  signature: string,
): Promise<boolean> {
  return (await whichIsSigned(provider, address, [digest], signature)) === 0
}

/** The place of the first of these digests that `address` signed so; see `isSignedBy`. */
export async function whichIsSigned(
  provider: Asked,
  address: string,
  digests: readonly string[],
  signature: string,
): Promise<number | undefined> {
  if (digests.length === 0 || !/^0x([0-9a-fA-F]{2})+$/.test(signature)) return undefined
  const own = digests.findIndex((digest) => recover(digest, signature) === address)
  if (own >= 0) return own
  if ((await asking(provider.getCode(address))) === '0x') return undefined
  for (const [place, digest] of digests.entries())
    if (await contractSays(provider, address, digest, signature)) return place
  return undefined
}

async function contractSays(
  provider: Asked,
  address: string,
  digest: string,
  signature: string,
): Promise<boolean> {
  const call = concat([MAGIC, AbiCoder.defaultAbiCoder().encode(['bytes32', 'bytes'], [digest, signature])])
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

function recover(digest: string, signature: string): string | undefined {
  if (signature.length !== ECDSA_SIGNATURE_CHARS) return undefined
  try {
    return recoverAddress(digest, signature)
  } catch {
    return undefined
  }
}
