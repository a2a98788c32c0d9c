import { concat, keccak256, ZeroHash } from 'ethers'

/** The Merkle tree over an epoch's batch hashes, which `executeBatch` proves against. */
export type PayoutTree = {
  /** 32 bytes as 0x-hex; zero when there are no batches. */
  root: string
  /** The siblings of batch `index` from the bottom up. Throws a RangeError when there is no such batch. */
  proof(index: number): string[]
}

/**
 * Builds the tree in OpenZeppelin's order: a pair is hashed with the smaller hash first, so a proof needs no sides. A
 * node without a partner moves up as it is.
 */
export function buildPayoutTree(batchHashes: readonly string[]): PayoutTree {
  const levels: string[][] = [[...batchHashes]]
  for (let level = levels[0]!; level.length > 1; ) {
    level = pairUp(level)
    levels.push(level)
  }
  return {
    root: levels.at(-1)?.[0] ?? ZeroHash,
    proof(index) {
      if (batchHashes[index] === undefined) throw new RangeError(`no batch ${index}`)
      return levels.flatMap((level, height) => level[(index >> height) ^ 1] ?? [])
    },
  }
}

function pairUp(level: readonly string[]): string[] {
  const above: string[] = []
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i]!, level[i + 1]]
    above.push(right === undefined ? left : hashPair(left, right))
  }
  return above
}

function hashPair(a: string, b: string): string {
  return BigInt(a) < BigInt(b) ? keccak256(concat([a, b])) : keccak256(concat([b, a]))
}
