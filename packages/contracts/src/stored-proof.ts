import { toHex } from './bytes.ts'
import { buildSumTree } from './sum-tree.ts'
import type { TreeNode } from './tree-builder.ts'
import { emptyNodes, nodeOf, type Place, STEP } from './tree-node.ts'

/** From this level up the nodes of a tree are kept: a proof needs at most 2^8 leaves, and a node a level above. */
export const KEPT_LEVEL = 8

/** What a proof is made of: the leaves from `first` up to, not including, `end`, and one node of each level named. */
export function proofNeeds(index: bigint, depth: number) {
  const height = BigInt(Math.min(KEPT_LEVEL, depth))
  const first = (index >> height) << height
  const nodes = Array.from({ length: depth - Number(height) }, (_, i) => {
    const level = Number(height) + i
    return { level, index: (index >> BigInt(level)) ^ 1n }
  })
  return { first, end: first + (1n << height), nodes }
}

/**
 * The proof of a place, as `SumTree.proof` gives it, from what was kept of a tree.
 *
 * @param places The leaves that `proofNeeds` names, by rising index; those that are missing are empty.
 * @param nodes The nodes it names; those that are missing are empty subtrees.
 * @throws RangeError for an index outside the tree
 */
export function proofFrom(
  index: bigint,
  depth: number,
  places: readonly Place[],
  nodes: readonly TreeNode[],
): string {
  if (index < 0n || index >> BigInt(depth) !== 0n) throw new RangeError(`index ${index} at depth ${depth}`)
  const needs = proofNeeds(index, depth)
  const block = places.map((place) => ({ ...place, index: place.index - needs.first }))
  const lower = buildSumTree(block, Math.min(KEPT_LEVEL, depth)).proof(index - needs.first)
  const empties = emptyNodes(depth)
  const upper = needs.nodes.map((at) => {
    const node = nodes.find(({ level, index: position }) => level === at.level && position === at.index)
    return node ? nodeOf(node) : empties[at.level]!
  })
  const bytes = new Uint8Array(upper.length * STEP)
  for (const [i, node] of upper.entries()) bytes.set(node, i * STEP)
  return lower + toHex(bytes).slice(2)
}
