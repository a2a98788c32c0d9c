import { BrowserProvider, type Eip1193Provider, FetchRequest, JsonRpcProvider, type Provider } from 'ethers'
import { browserWallet } from '../session/browser-wallets.ts'
import { signedInWith } from '../session/session.ts'
import type { Network } from './network.ts'

const PATIENCE_MS = 15_000

/**
 * A node of the chain, asked by this browser: the network's public one, else that of the wallet signed in with.
 * @throws Error where there is neither, or where it is a node of another chain
 */
export async function openChain({ chain }: Network): Promise<{ provider: Provider; close(): void }> {
  const provider = chain.rpcUrl === undefined ? walletsNode() : nodeAt(chain.rpcUrl, chain.id)
  const id = Number(
    await provider.send('eth_chainId', []).catch((cause: unknown) => {
      provider.destroy()
      throw new Error('The node of the chain did not answer. Try again.', { cause })
    }),
  )
  if (id === chain.id) return { provider, close: () => provider.destroy() }
  provider.destroy()
  throw new Error(`The node is one of chain ${id}, and this network is on chain ${chain.id}.`)
}

function nodeAt(url: string, chainId: number): JsonRpcProvider {
  const request = new FetchRequest(url)
  request.timeout = PATIENCE_MS
  return new JsonRpcProvider(request, chainId, { staticNetwork: true, cacheTimeout: -1 })
}

function walletsNode(): BrowserProvider {
  const name = signedInWith()
  if (name === null || name === 'throwaway')
    throw new Error(
      'This network names no node of its chain. Sign in with a wallet of your browser: it has one.',
    )
  return new BrowserProvider(browserWallet(name).provider as Eip1193Provider)
}
