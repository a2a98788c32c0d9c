import { formatUnits, type JsonRpcProvider } from 'ethers'
import type { Fees } from './reread.ts'

const GWEI = 1_000_000_000n

/** What the network asks at its latest block, in wei per gas. */
export type Market = { block: number; baseFee: bigint; priorityFee: bigint }

/**
 * Asks what a transaction costs now.
 * @throws Error for a chain whose blocks have no base fee (EIP-1559): its transactions are of another kind
 */
export async function readMarket(provider: JsonRpcProvider): Promise<Market> {
  // Not every node has the second call; its answer is a wish and not a need.
  const [block, priorityFee] = await Promise.all([
    provider.getBlock('latest'),
    provider.send('eth_maxPriorityFeePerGas', []).then(BigInt, () => GWEI),
  ])
  if (!block) throw new Error('the chain has no latest block')
  if (block.baseFeePerGas === null)
    throw new Error('the blocks of this chain have no base fee (EIP-1559): nothing can be sent on it')
  return { block: block.number, baseFee: block.baseFeePerGas, priorityFee }
}

/** The least with which a transaction is welcome in the next block. */
export const asked = ({ baseFee, priorityFee }: Market): bigint => baseFee + priorityFee

/**
 * What a first attempt offers: what is asked, and room for the base fee to double as long as the ceiling leaves it.
 * @param ceiling most of `maxFeePerGas`, in wei
 * @returns undefined while more is asked than the ceiling: there is nothing to do but to wait
 */
export function firstFees(market: Market, ceiling: bigint): Fees | undefined {
  if (asked(market) > ceiling) return undefined
  const maxPriorityFeePerGas = market.priorityFee
  return { maxFeePerGas: least(2n * market.baseFee + maxPriorityFeePerGas, ceiling), maxPriorityFeePerGas }
}

/**
 * What takes the place of an offer for the same nonce: both fields higher by an eighth at least, and not less than a first attempt would offer now.
 * @param last the highest offer that was signed
 * @returns undefined while more than the ceiling is asked, or needed to replace: what is signed has to wait
 */
export function higherFees(last: Fees, market: Market, ceiling: bigint): Fees | undefined {
  const now = firstFees(market, ceiling)
  const lowest = raised(last.maxFeePerGas)
  if (!now || lowest > ceiling) return undefined
  const maxPriorityFeePerGas = greatest(raised(last.maxPriorityFeePerGas), now.maxPriorityFeePerGas)
  const maxFeePerGas = greatest(lowest, now.maxFeePerGas, maxPriorityFeePerGas)
  return maxFeePerGas > ceiling ? undefined : { maxFeePerGas, maxPriorityFeePerGas }
}

/** Whether less is offered than what is asked: the base fee has risen above it, or leaves too little for who builds. */
export function isTooLow({ maxFeePerGas, maxPriorityFeePerGas }: Fees, market: Market): boolean {
  return least(maxPriorityFeePerGas, maxFeePerGas - market.baseFee) < market.priorityFee
}

/**
 * An eighth more, rounded up, and one wei at least: pools want both fields strictly higher, also above 0, and by a part
 * that is each client's own (`PriceBump` of go-ethereum is 10 %).
 */
function raised(fee: bigint): bigint {
  return greatest((fee * 9n + 7n) / 8n, fee + 1n)
}

const least = (a: bigint, b: bigint) => (a < b ? a : b)
const greatest = (...all: bigint[]) => all.reduce((a, b) => (a > b ? a : b))

/** Wei in words: `12.5 gwei`. */
export const inGwei = (wei: bigint): string => `${formatUnits(wei, 'gwei').replace(/\.0$/, '')} gwei`
