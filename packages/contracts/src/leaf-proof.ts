import { type Leaf, leafHash, leafSum } from './leaf.ts'
import { proofFrom, proofNeeds } from './stored-proof.ts'
import type { TreeNode } from './tree-builder.ts'

/** What is kept of an epoch's tree; how is not this package's concern. */
export type KeptTree = {
  /** The leaves from `first` up to, not including, `end`, by rising index; empty places are left out. */
  leaves(first: bigint, end: bigint): Promise<Leaf[]>
  /** The nodes at these positions, from `KEPT_LEVEL` up, in any order; empty subtrees are left out. */
  nodes(at: readonly Pick<TreeNode, 'level' | 'index'>[]): Promise<TreeNode[]>
}

/** A leaf with its proof, ready for the vault. */
export type ProvenLeaf = { leaf: Leaf; proof: string }

/**
 * Leaf and proof of a place, read from at most 256 leaves and a node a level, however large the tree is.
 * @returns undefined where the place is empty, outside the tree, or nothing is kept of it
 */
export async function leafProof(
  domain: string,
  depth: number,
  index: bigint,
  kept: KeptTree,
): Promise<ProvenLeaf | undefined> {
  if (index < 0n || index >> BigInt(depth) !== 0n) return undefined
  const needs = proofNeeds(index, depth)
  const [leaves, nodes] = await Promise.all([kept.leaves(needs.first, needs.end), kept.nodes(needs.nodes)])
  const leaf = leaves.find((one) => one.index === index)
  if (!leaf) return undefined
  const places = leaves.map((one) => ({ index: one.index, hash: leafHash(domain, one), sum: leafSum(one) }))
  return { leaf, proof: proofFrom(index, depth, places, nodes) }
}
