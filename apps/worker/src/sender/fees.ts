import type { JsonRpcProvider } from 'ethers'
import type { Fees } from './sign.ts'

const GWEI = 1_000_000_000n

/** What to offer now (EIP-1559): the node's own priority fee, and room for the base fee to double. */
export async function suggestFees(provider: JsonRpcProvider): Promise<Fees> {
  // Not every node has the second call; its answer is a wish and not a need.
  const [block, tip] = await Promise.all([
    provider.getBlock('latest'),
    provider.send('eth_maxPriorityFeePerGas', []).then(BigInt, () => GWEI),
  ])
  if (!block) throw new Error('the chain has no latest block')
  const maxPriorityFeePerGas = tip
  return { maxFeePerGas: 2n * (block.baseFeePerGas ?? 0n) + maxPriorityFeePerGas, maxPriorityFeePerGas }
}
