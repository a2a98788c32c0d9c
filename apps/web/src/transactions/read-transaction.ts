import { Interface, type Provider, type TransactionReceipt } from 'ethers'
import type { Network } from '../network/network.ts'

/** Tokens that went from one address to another. @property units of the token */
export type Transfer = { from: string; to: string; units: bigint }

/** A transaction as a node of the chain has it. */
export type Transaction = {
  from: string
  /** Null where it made a contract. */
  to: string | null
} & (
  | { status: 'waiting' }
  | { status: 'done' | 'failed'; block: number; at: Date; gasUsed: bigint; transfers: Transfer[] }
)

// ERC-20.
const TOKEN = new Interface(['event Transfer(address indexed from, address indexed to, uint256 value)'])

/** A transaction by its hash, with what it moved of the asset; null where the node knows none. */
export async function readTransaction(
  { asset }: Network,
  provider: Provider,
  hash: string,
): Promise<Transaction | null> {
  const sent = await provider.getTransaction(hash)
  if (!sent) return null
  const parties = { from: sent.from, to: sent.to }
  const receipt = await provider.getTransactionReceipt(hash)
  const block = receipt && (await provider.getBlock(receipt.blockNumber))
  // Also while the chain takes its block back: it is in none then.
  if (!receipt || !block) return { ...parties, status: 'waiting' }
  return {
    ...parties,
    status: receipt.status === 1 ? 'done' : 'failed',
    block: receipt.blockNumber,
    at: new Date(block.timestamp * 1000),
    gasUsed: receipt.gasUsed,
    transfers: transfersIn(receipt, asset.address),
  }
}

/** What a receipt says of a token, in its order. Other tokens' transfers are none of it. */
export function transfersIn({ logs }: Pick<TransactionReceipt, 'logs'>, token: string): Transfer[] {
  return logs.flatMap((log) => {
    const event = log.address.toLowerCase() === token.toLowerCase() ? TOKEN.parseLog(log) : null
    return event ? [{ from: event.args[0], to: event.args[1], units: event.args[2] }] : []
  })
}
