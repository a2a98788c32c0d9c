import { dollarContract, domainSeparator, vaultContract } from '@rivulet/contracts'
import { FetchRequest, getAddress, JsonRpcProvider, Network } from 'ethers'

/** The chain as the worker knows it. */
export type Chain = {
  id: bigint
  provider: JsonRpcProvider
  vault: string
  token: string
  /** Of the vault: what leaves and batches are hashed with. */
  domain: string
  /** No log of the vault is older. */
  deployBlock: number
}

const REQUEST_TIMEOUT_MS = 5_000

/** Describes the chain; nothing is asked of it yet. */
export function createChain(config: {
  CHAIN_RPC_URL: string
  CHAIN_ID: bigint
  VAULT_ADDRESS: string
  TOKEN_ADDRESS: string
  VAULT_DEPLOY_BLOCK: number
}): Chain {
  const request = new FetchRequest(config.CHAIN_RPC_URL)
  // The library's own patience is five minutes: a room that waits so long for one answer is a room that stands still.
  request.timeout = REQUEST_TIMEOUT_MS
  const provider = new JsonRpcProvider(request, Network.from(config.CHAIN_ID), {
    staticNetwork: true,
    // Answers are never remembered: what was true of a block's transactions a moment ago may not be now.
    cacheTimeout: -1,
    batchMaxCount: 1,
  })
  return {
    id: config.CHAIN_ID,
    provider,
    vault: config.VAULT_ADDRESS,
    token: config.TOKEN_ADDRESS,
    domain: domainSeparator(config.CHAIN_ID, config.VAULT_ADDRESS),
    deployBlock: config.VAULT_DEPLOY_BLOCK,
  }
}

/** The chain there is another one than the configuration says: never to be tried again. */
export class WrongChain extends Error {}

/**
 * Asks the chain who it is.
 * @param decimals what the books take the token's to be
 * @throws WrongChain when it is another one, its vault holds another token, or the token has other decimals; what the
 * provider throws when it does not answer
 */
export async function checkChain({ provider, id, vault, token }: Chain, decimals: number): Promise<void> {
  const answered = BigInt(await provider.send('eth_chainId', []))
  if (answered !== id) throw new WrongChain(`CHAIN_ID is ${id}, the chain says ${answered}`)
  if ((await provider.getCode(vault)) === '0x') throw new Error(`there is no vault at ${vault}`)
  const held: string = await vaultContract(vault, provider).getFunction('token').staticCall()
  if (held !== getAddress(token)) throw new WrongChain(`the vault ${vault} does not hold the token ${token}`)
  const said: bigint = await dollarContract(token, provider).getFunction('decimals').staticCall()
  if (said !== BigInt(decimals)) throw new WrongChain(`ASSET_DECIMALS is ${decimals}, the token says ${said}`)
}
