import { buildSumTree, type Place } from '@rivulet/contracts'
import { keccak256, toBeHex } from 'ethers'
import type { Tree } from './scene.ts'

/** The tree of so many accounts, each with a dollar. Leaf hashes are numbers: an epoch's gas knows the root only. */
export function treeOf(accounts: number): Tree {
  const depth = Math.ceil(Math.log2(accounts))
  const { root, total } = buildSumTree(places(accounts), depth)
  return { root, total, depth }
}

function* places(count: number): Iterable<Place> {
  const prefix = keccak256('0x').slice(0, 2 + 48)
  for (let index = 0n; index < BigInt(count); index++)
    yield { index, hash: prefix + toBeHex(index + 1n, 8).slice(2), sum: 1_000_000n }
}
