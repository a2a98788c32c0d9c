import { fromHex, readUint, toHex } from './bytes.ts'
import { emptyNodes, MAX_DEPTH, nodeOf, type Place, parent, STEP } from './tree-node.ts'

export { MAX_DEPTH, type Place, STEP }

/** A built tree. `root` is 32 bytes as 0x-hex, `total` the sum at the top. */
export type SumTree = {
  depth: number
  root: string
  total: bigint
  /** Siblings from the bottom up as 0x-hex, 48 bytes a level; of an empty place too. Throws outside the tree. */
  proof(index: bigint): string
}

/** The nodes of one level that have a leaf below them, from left to right; all others are empty subtrees. */
type Level = { positions: number[]; nodes: Uint8Array }

/**
 * Builds the Merkle sum tree that `SumTree.sol` climbs: node = keccak(leftHash ‖ leftSum ‖ rightHash ‖ rightSum), an
 * empty place is a zero hash with a zero sum.
 *
 * @param places The leaves, by rising index; gaps stay empty. Taken one at a time, so a cursor will do.
 * @param depth Levels above the leaves: indices below 2^depth have a place.
 * @throws RangeError for a depth beyond 40, an index out of order or outside the tree, and a total beyond 128 bits.
 */
export function buildSumTree(places: Iterable<Place>, depth: number): SumTree {
  const empties = emptyNodes(depth)

  const levels = [lowestLevel(places, depth)]
  for (let height = 0; height < depth; height++) levels.push(levelAbove(levels[height]!, empties[height]!))

  const top = levels[depth]!.nodes.length > 0 ? levels[depth]!.nodes : empties[depth]!
  return {
    depth,
    root: toHex(top.subarray(0, 32)),
    total: readUint(top, 32, 16),
    proof: (index) => proofIn(levels, empties, depth, index),
  }
}

/**
 * Climbs from a leaf to the top, as `SumTree.climb` does on the chain.
 *
 * @returns `null` where the contract reverts with `MalformedProof`: not a whole number of steps, an index beyond the
 * proof's height, a sum beyond 128 bits.
 */
export function climb(place: Place, proof: string): { root: string; total: bigint } | null {
  const siblings = fromHex(proof)
  const height = siblings.length / STEP
  if (!Number.isInteger(height) || place.index >> BigInt(height) !== 0n || place.sum >> 128n !== 0n)
    return null

  let node = nodeOf(place)
  for (let level = 0; level < height; level++) {
    const isRight = (place.index >> BigInt(level)) & 1n
    const at = level * STEP
    if ((readUint(node, 32, 16) + readUint(siblings, at + 32, 16)) >> 128n !== 0n) return null
    node = isRight ? parent(siblings, at, node, 0) : parent(node, 0, siblings, at)
  }
  return { root: toHex(node.subarray(0, 32)), total: readUint(node, 32, 16) }
}

/** Whether a proof is exactly as long as the tree is deep and leads from the place to its root and total. */
export function verifyPlace(
  tree: Pick<SumTree, 'depth' | 'root' | 'total'>,
  place: Place,
  proof: string,
): boolean {
  if (proof.length !== 2 + 2 * STEP * tree.depth) return false
  const top = climb(place, proof)
  return top !== null && top.root === tree.root.toLowerCase() && top.total === tree.total
}

function lowestLevel(places: Iterable<Place>, depth: number): Level {
  const capacity = 2 ** depth
  const positions: number[] = []
  let nodes = new Uint8Array(1024 * STEP)
  let last = -1
  for (const place of places) {
    const position = Number(place.index)
    if (position <= last) throw new RangeError(`index ${place.index} after ${last}: indices must rise`)
    if (position >= capacity) throw new RangeError(`index ${place.index} has no place at depth ${depth}`)
    const at = positions.push(position) - 1
    if ((at + 1) * STEP > nodes.length) nodes = grown(nodes)
    nodes.set(nodeOf(place), at * STEP)
    last = position
  }
  return { positions, nodes: nodes.slice(0, positions.length * STEP) }
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(bytes.length * 2)
  twice.set(bytes)
  return twice
}

function levelAbove(below: Level, empty: Uint8Array): Level {
  const positions: number[] = []
  const nodes = new Uint8Array(below.nodes.length)
  const count = below.positions.length
  for (let i = 0; i < count; i++) {
    const position = below.positions[i]!
    const at = i * STEP
    const hasPair = position % 2 === 0 && below.positions[i + 1] === position + 1
    let node: Uint8Array
    if (hasPair) node = parent(below.nodes, at, below.nodes, at + STEP)
    else if (position % 2 === 0) node = parent(below.nodes, at, empty, 0)
    else node = parent(empty, 0, below.nodes, at)
    if (hasPair) i++
    nodes.set(node, positions.length * STEP)
    positions.push(Math.floor(position / 2))
  }
  return { positions, nodes: nodes.slice(0, positions.length * STEP) }
}

function proofIn(levels: Level[], empties: Uint8Array[], depth: number, index: bigint): string {
  if (index < 0n || index >> BigInt(depth) !== 0n) throw new RangeError(`index ${index} at depth ${depth}`)
  const proof = new Uint8Array(depth * STEP)
  let position = Number(index)
  for (let height = 0; height < depth; height++) {
    const sibling = position % 2 === 0 ? position + 1 : position - 1
    proof.set(nodeAt(levels[height]!, sibling) ?? empties[height]!, height * STEP)
    position = Math.floor(position / 2)
  }
  return toHex(proof)
}

function nodeAt(level: Level, position: number): Uint8Array | undefined {
  let low = 0
  let high = level.positions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (level.positions[middle]! < position) low = middle + 1
    else high = middle
  }
  return level.positions[low] === position ? level.nodes.subarray(low * STEP, (low + 1) * STEP) : undefined
}
