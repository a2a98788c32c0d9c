import { ok } from '@rivulet/sdk'
import type { Signer } from 'ethers'
import { api } from '../api/client.ts'
import type { Network } from '../network/network.ts'
import { vaultOf } from './vault-calls.ts'

/**
 * Takes from the vault what was granted for claiming, by the own leaf of the newest epoch that is active.
 * @returns the hash of its transaction, in a block
 * @throws ProblemError where there is no leaf; Error when the wallet or the vault refuses
 */
export async function claimGranted(network: Network, signer: Signer): Promise<string> {
  const { leaf, proof } = await activeLeaf()
  const to = await signer.getAddress()
  return inBlock(await vaultOf(network, signer).getFunction('claim')(leaf, proof, to))
}

/** Takes from the vault what the token had refused to pay out. */
export async function claimOwed(network: Network, signer: Signer): Promise<string> {
  const account = await signer.getAddress()
  return inBlock(await vaultOf(network, signer).getFunction('claimOwed')(account, account))
}

async function activeLeaf() {
  for await (const { number, status } of api.pages('/v1/settlement/epochs', { query: { limit: 20 } })) {
    if (status !== 'active' && status !== 'settled') continue
    return ok(await api.GET('/v1/settlement/epochs/{n}/proof', { params: { path: { n: number } } }))
  }
  throw new Error('No settlement is active yet. Try again when the next one is.')
}

async function inBlock(sent: { hash: string; wait(): Promise<unknown> }): Promise<string> {
  await sent.wait()
  return sent.hash
}
