import { readVault, type VaultState } from '@rivulet/contracts'
import type { Block, Log as ChainLog, Provider } from 'ethers'
import { agreed, agreedHash } from '../chain/agreed.ts'
import type { Chain } from '../chain/chain.ts'
import type { BlockId } from './blocks.ts'
import type { Cursor } from './cursor.ts'
import { eventsOf, type PlacedEvent } from './events.ts'

/** Final blocks, read and not booked. */
export type Range = {
  to: Cursor
  events: PlacedEvent[]
  /** The blocks that the logs name, each once. */
  blocks: BlockId[]
  /** The vault at the end of the range, where that is the newest final block. */
  vault: VaultState | undefined
}

/**
 * Reads the blocks after the cursor, no more than `maxRange` of them, as all endpoints have them.
 * @throws EndpointsDisagree; Error when the chain changed meanwhile, or a log is not what was asked for
 */
export async function readRange(
  chain: Chain,
  cursor: Cursor,
  final: Block,
  maxRange: number,
): Promise<Range> {
  const { vault } = chain
  const [fromBlock, toBlock] = [cursor.number + 1, Math.min(cursor.number + maxRange, final.number)]
  const logs = await agreed(chain, `logs of blocks ${fromBlock} to ${toBlock}`, (endpoint) =>
    readLogs(endpoint, vault, fromBlock, toBlock),
  )
  const isNewest = toBlock === final.number
  // Nodes keep the state of recent blocks only, so the sums are compared where the range ends at the newest final one.
  const state = isNewest
    ? await agreed(chain, `the vault at block ${toBlock}`, (endpoint) => readVault(vault, endpoint, toBlock))
    : undefined
  const hash = await agreedHash(chain, toBlock)
  if (!hash || (isNewest && hash !== final.hash) || (state && state.block.hash !== hash))
    throw new Error(`block ${toBlock} is final and has changed while it was read`)
  const blocks = new Map(logs.map((log) => [log.blockHash, { number: log.blockNumber, hash: log.blockHash }]))
  return { to: { number: toBlock, hash }, events: eventsOf(logs), blocks: [...blocks.values()], vault: state }
}

type PlainLog = Pick<ChainLog, 'blockNumber' | 'blockHash' | 'transactionHash' | 'index' | 'topics' | 'data'>

/** The vault's logs of these blocks in the order of the chain, without what a node adds of its own. */
async function readLogs(
  endpoint: Provider,
  vault: string,
  fromBlock: number,
  toBlock: number,
): Promise<PlainLog[]> {
  const logs = await endpoint.getLogs({ address: vault, fromBlock, toBlock })
  const stray = logs.find(
    (log) => log.address !== vault || log.removed || log.blockNumber < fromBlock || log.blockNumber > toBlock,
  )
  if (stray)
    throw new Error(`the node gave a log of ${stray.address} in block ${stray.blockNumber}, not asked for`)
  return logs
    .map(({ blockNumber, blockHash, transactionHash, index, topics, data }) => ({
      ...{ blockNumber, blockHash, transactionHash, index, topics, data },
    }))
    .sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
}
