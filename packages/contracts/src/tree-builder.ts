import { type AnyPlace, emptyNodes, nodeOf, parent, readNode } from './tree-node.ts'

/** A finished node above leaves: `level` counts from the leaves, which are level 0; `sum` in token units. */
export type TreeNode = { level: number; index: bigint; hash: string; sum: bigint }

/**
 * Builds the tree of `buildSumTree` from leaves that come one by one, and keeps no more than a node a level.
 *
 * Nodes with a leaf below them are handed out as they are finished; all others are empty subtrees, which everybody can
 * compute. After `finish` it is used up.
 */
export class SumTreeBuilder {
  readonly depth: number
  readonly #empties: Uint8Array[]
  /** The left child of each level that waits for its right one. */
  readonly #left: Uint8Array[] = []
  readonly #keep: (node: TreeNode) => void
  readonly #keepFrom: number
  /** The first place nothing is said of yet. */
  #next = 0

  /**
   * @param depth Levels above the leaves: indices below 2^depth have a place.
   * @param keep Is handed the nodes from level `from` up.
   * @throws RangeError for a depth beyond 40
   */
  constructor(
    depth: number,
    { from = 1, keep = () => {} }: { from?: number; keep?: (node: TreeNode) => void } = {},
  ) {
    this.depth = depth
    this.#empties = emptyNodes(depth)
    this.#keepFrom = from
    this.#keep = keep
  }

  /**
   * Puts a leaf into its place.
   *
   * @throws RangeError for an index that doesn't rise or has no place, a hash that isn't 32 bytes, and a sum beyond 128
   * bits
   */
  add(place: AnyPlace): void {
    const index = Number(place.index)
    if (index < this.#next) throw new RangeError(`index ${index} after ${this.#next - 1}: indices must rise`)
    if (index >= 2 ** this.depth) throw new RangeError(`index ${index} has no place at depth ${this.depth}`)
    const node = nodeOf(place)
    this.#skipTo(index)
    this.#append(0, node)
  }

  /** Root (32 bytes as 0x-hex) and sum at the top. */
  finish(): { root: string; total: bigint } {
    this.#skipTo(2 ** this.depth)
    const { hash, sum } = readNode(this.#left[this.depth]!)
    return { root: hash, total: sum }
  }

  /** Fills the places before `index` with the largest empty subtrees that fit. */
  #skipTo(index: number): void {
    while (this.#next < index) {
      let height = 0
      while (this.#next % 2 ** (height + 1) === 0 && this.#next + 2 ** (height + 1) <= index) height++
      this.#append(height, this.#empties[height]!)
    }
  }

  #append(height: number, subtree: Uint8Array): void {
    let position = this.#next / 2 ** height
    this.#next += 2 ** height
    let node = subtree
    for (; position % 2 === 1; position = (position - 1) / 2) {
      const left = this.#left[height]!
      const isEmpty = node === this.#empties[height] && left === this.#empties[height]
      height++
      if (isEmpty) node = this.#empties[height]!
      else {
        node = parent(left, 0, node, 0)
        if (height >= this.#keepFrom)
          this.#keep({ level: height, index: BigInt((position - 1) / 2), ...readNode(node) })
      }
    }
    this.#left[height] = node
  }
}
