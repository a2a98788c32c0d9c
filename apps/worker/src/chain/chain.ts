import { dollarContract, domainSeparator, vaultContract } from '@rivulet/contracts'
import { rpcRequest } from '@rivulet/contracts/rpc'
import { getAddress, JsonRpcProvider, Network } from 'ethers'

/** The chain as the worker knows it. */
export type Chain = {
  id: bigint
  /** The first endpoint: what is asked of one alone. */
  provider: JsonRpcProvider
  /** All of them, in the order of the configuration; what is booked is what they agree on. */
  endpoints: readonly JsonRpcProvider[]
  vault: string
  token: string
  /** Of the vault: what leaves and batches are hashed with. */
  domain: string
  /** No log of the vault is older. */
  deployBlock: number
}

// The library's own patience is five minutes: a room that waits so long for one answer is a room that stands still.
const REQUEST_TIMEOUT_MS = 5_000

/** Describes the chain; nothing is asked of it yet. */
export function createChain(config: {
  CHAIN_RPC_URL: string
  CHAIN_RPC_URL_2?: string | undefined
  CHAIN_ID: bigint
  VAULT_ADDRESS: string
  TOKEN_ADDRESS: string
  VAULT_DEPLOY_BLOCK: number
}): Chain {
  const provider = connect(config.CHAIN_RPC_URL, config.CHAIN_ID)
  const second = config.CHAIN_RPC_URL_2 ? [connect(config.CHAIN_RPC_URL_2, config.CHAIN_ID)] : []
  return {
    id: config.CHAIN_ID,
    provider,
    endpoints: [provider, ...second],
    vault: config.VAULT_ADDRESS,
    token: config.TOKEN_ADDRESS,
    domain: domainSeparator(config.CHAIN_ID, config.VAULT_ADDRESS),
    deployBlock: config.VAULT_DEPLOY_BLOCK,
  }
}

function connect(url: string, chainId: bigint): JsonRpcProvider {
  return new JsonRpcProvider(rpcRequest(url, REQUEST_TIMEOUT_MS), Network.from(chainId), {
    staticNetwork: true,
    // Answers are never remembered: what was true of a block's transactions a moment ago may not be now.
    cacheTimeout: -1,
    batchMaxCount: 1,
  })
}

/** Lets go of the connections. */
export function closeChain({ endpoints }: Pick<Chain, 'endpoints'>): void {
  for (const endpoint of endpoints) endpoint.destroy()
}

/** The chain there is another one than the configuration says: never to be tried again. */
export class WrongChain extends Error {}

/**
 * Asks each endpoint which chain it is of.
 * @param decimals what the books take the token's to be
 * @throws WrongChain when one is of another, the vault there holds another token, or the token has other decimals; what
 * the provider throws when one does not answer
 */
export async function checkChain(chain: Chain, decimals: number): Promise<void> {
  await Promise.all(
    chain.endpoints.map((endpoint, i) =>
      checkEndpoint(chain, endpoint, i === 0 ? 'CHAIN_RPC_URL' : 'CHAIN_RPC_URL_2', decimals),
    ),
  )
}

async function checkEndpoint(
  { id, vault, token }: Chain,
  endpoint: JsonRpcProvider,
  name: string,
  decimals: number,
): Promise<void> {
  const answered = BigInt(await endpoint.send('eth_chainId', []))
  if (answered !== id) throw new WrongChain(`CHAIN_ID is ${id}, ${name} says ${answered}`)
  if ((await endpoint.getCode(vault)) === '0x') throw new Error(`there is no vault at ${vault}`)
  const held: string = await vaultContract(vault, endpoint).getFunction('token').staticCall()
  if (held !== getAddress(token)) throw new WrongChain(`the vault ${vault} does not hold the token ${token}`)
  const said: bigint = await dollarContract(token, endpoint).getFunction('decimals').staticCall()
  if (said !== BigInt(decimals)) throw new WrongChain(`ASSET_DECIMALS is ${decimals}, the token says ${said}`)
}
