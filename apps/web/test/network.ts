import type { TestChain } from '@rivulet/stack'
import type { Network } from '../src/network/network.ts'

/** What the page is told of a test chain, as far as it asks the chain itself. */
export const networkOf = (chain: TestChain): Network =>
  ({
    chain: { id: Number(chain.chainId), vault: chain.vault, rpcUrl: chain.rpcUrl },
    asset: { symbol: 'tUSD', address: chain.token, decimals: 6 },
  }) as Network
