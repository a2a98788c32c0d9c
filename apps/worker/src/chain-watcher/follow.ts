import { vaultTopics } from '@rivulet/contracts'
import { type Pool, withTransaction } from '@rivulet/db'
import type { Block } from 'ethers'
import type { Chain } from '../chain/chain.ts'
import {
  type BlockId,
  blocksDown,
  dropAbove,
  forgetBelow,
  insertBlocks,
  type LinkedBlock,
  topBlock,
} from './blocks.ts'
import { type Cursor, lockCursor } from './cursor.ts'
import { depositsIn, noteSeen } from './seen.ts'

type FollowDeps = { pool: Pool; chain: Chain; maxRange: number }

/** Blocks that are stored in one turn, at most; those read side by side. */
const MOST_BLOCKS = 256
const AT_ONCE = 16

/** Final blocks that stay stored: which of them are still there tells how deep a chain broke its own finality. */
const FINAL_KEPT = 256

/**
 * What following the head came to: `nothing new` · `behind`, a node whose newest block is stored already, below others ·
 * `followed` · `changed`, the chain or the stored blocks became others meanwhile; nothing was written.
 */
export type Followed = { outcome: 'nothing new' | 'behind' | 'followed' | 'changed'; dropped: number }

/**
 * Stores the blocks from the final one to the head, and the deposits in them.
 *
 * Goes on from what is stored. Where the chain has other blocks now, they and what was seen in them are deleted from the
 * fork on, in the transaction that stores the new ones. After a long absence only blocks from the final one on are
 * stored. What is not final is shown and never booked, so one endpoint is asked.
 *
 * @param cursor its hash was found to be the chain's; nothing below it is looked at
 */
export async function followHead(deps: FollowDeps, cursor: Cursor, final: Block): Promise<Followed> {
  const { pool, chain } = deps
  const head = await chain.provider.getBlock('latest')
  const top = await topBlock(pool, chain.id)
  if (!head?.hash || head.number < final.number || head.hash === top?.hash)
    return { outcome: 'nothing new', dropped: 0 }

  const stored = await blocksDown(pool, chain.id, { to: cursor.number + 1 })
  const common = (await lastCommon(chain, stored, { number: head.number, hash: head.hash })) ?? cursor
  if (common.number === head.number)
    return { outcome: common.number === top?.number ? 'nothing new' : 'behind', dropped: 0 }
  const blocks = await readBlocks(deps, common, final, head.number)
  if (!blocks) return { outcome: 'changed', dropped: 0 }
  const newest = blocks.at(-1)?.number ?? common.number
  const seen = await readSeen(deps, final.number + 1, newest)
  const written = await withTransaction(pool, async (tx) => {
    const at = await lockCursor(tx, chain.id)
    const now = await topBlock(tx, chain.id)
    if (at === undefined || now?.hash !== top?.hash) return false
    await dropAbove(tx, chain.id, common.number)
    await insertBlocks(tx, chain.id, blocks)
    await forgetBelow(tx, chain.id, at - FINAL_KEPT)
    await noteSeen(tx, chain.id, at, seen)
    return true
  })
  const dropped = stored.filter((block) => block.number > common.number).length
  return written ? { outcome: 'followed', dropped } : { outcome: 'changed', dropped: 0 }
}

/** The highest of stored blocks, given highest first, that the chain still has; undefined when it has none of them. */
export async function lastCommon(
  { provider }: Pick<Chain, 'provider'>,
  stored: readonly BlockId[],
  head: BlockId,
): Promise<BlockId | undefined> {
  for (const block of stored) {
    if (block.number > head.number) continue
    const now = block.number === head.number ? head : await provider.getBlock(block.number)
    // A node that knows the head and not what is below it is one of several behind an address.
    if (!now) throw new Error(`the node has block ${head.number} and not block ${block.number}`)
    if (now.hash === block.hash) return block
  }
  return undefined
}

/** The blocks above the common one, from the final one on; undefined when they are no chain. */
async function readBlocks(
  { chain }: FollowDeps,
  common: BlockId,
  final: Block,
  head: number,
): Promise<LinkedBlock[] | undefined> {
  const first = Math.max(common.number + 1, final.number)
  const last = Math.min(head, first + MOST_BLOCKS - 1)
  const blocks: LinkedBlock[] = []
  for (let from = first; from <= last; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, i) => from + i)
    for (const block of await Promise.all(numbers.map((number) => chain.provider.getBlock(number)))) {
      if (!block?.hash) return undefined
      blocks.push({ number: block.number, hash: block.hash, parentHash: block.parentHash })
    }
  }
  const isChain = blocks.every((block, i) => {
    const before = blocks[i - 1] ?? (first === common.number + 1 ? common : undefined)
    return before === undefined || block.parentHash === before.hash
  })
  return isChain ? blocks : undefined
}

async function readSeen({ chain, maxRange }: FollowDeps, above: number, toBlock: number) {
  const fromBlock = Math.max(above, toBlock - maxRange + 1)
  if (fromBlock > toBlock) return []
  const { vault: address, provider } = chain
  return depositsIn(await provider.getLogs({ address, topics: [vaultTopics.Deposited], fromBlock, toBlock }))
}
