import type { components } from '@rivulet/sdk'
import type { Signer } from 'ethers'
import type { Network } from '../network/network.ts'
import { inWords } from './chain-refusals.ts'
import { vaultOf } from './vault-calls.ts'

type Granted = Pick<components['schemas']['LeafProof'], 'leaf' | 'proof'>

/**
 * Takes from the vault, to the wallet itself, all that a leaf grants and was not taken yet.
 * @returns the hash of its transaction, in a block
 * @throws Error when the wallet or the vault refuses
 */
export async function claimGranted(
  network: Network,
  signer: Signer,
  { leaf, proof }: Granted,
): Promise<string> {
  const to = await signer.getAddress()
  return inBlock(() => vaultOf(network, signer).getFunction('claim')(leaf, proof, to))
}

/** Takes from the vault what the token had refused to pay out. */
export async function claimOwed(network: Network, signer: Signer): Promise<string> {
  const account = await signer.getAddress()
  return inBlock(() => vaultOf(network, signer).getFunction('claimOwed')(account, account))
}

async function inBlock(send: () => Promise<{ hash: string; wait(): Promise<unknown> }>): Promise<string> {
  try {
    const sent = await send()
    await sent.wait()
    return sent.hash
  } catch (error) {
    throw inWords(error)
  }
}
