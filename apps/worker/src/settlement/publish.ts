import {
  batchLine,
  headLine,
  KEPT_LEVEL,
  type Leaf,
  type LeafFileHead,
  leafSum,
  type SealedPlaces,
  SumTreeBuilder,
  type TreeNode,
} from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import { LeafFileParts } from './leaf-file.ts'
import type { Leaves } from './leaves.ts'
import { pack } from './sealing/pack.ts'
import { sealerFor } from './sealing/sealer.ts'
import { insertFilePart, insertLeaves, insertNodes } from './store.ts'

/** Where leaves, the nodes that proofs are made of, and the parts of the leaf file go. */
export type TreeSink = {
  leaves(leaves: readonly Leaf[]): Promise<void>
  nodes(nodes: readonly TreeNode[]): Promise<void>
  part(part: number, text: string): Promise<void>
}

/** Secrets of 32 bytes that the leaves from one index to another (included) are encrypted for. */
export type ReadersIn = (first: bigint, last: bigint) => Promise<ReadonlyMap<bigint, readonly Uint8Array[]>>

/** So many leaves are looked at, encrypted and handed on at a time. */
const LEAVES_AT_A_TIME = 5_000

/**
 * Builds an epoch's tree and its leaf file from its leaves, by rising index, a few thousand at a time: what is kept
 * meanwhile does not grow with their number. Many are hashed and encrypted in threads beside this one.
 *
 * @param epoch `records` of each batch, in order
 * @returns root and sum of the tree, and the file's Keccak-256
 */
export async function publishTree(
  epoch: {
    head: LeafFileHead
    domain: string
    leaves: Pick<Leaves, 'length' | 'slice'>
    records: readonly string[]
  },
  readersIn: ReadersIn,
  sink: TreeSink,
): Promise<{ root: string; gross: bigint; dataHash: string }> {
  const { head, domain, leaves } = epoch
  let nodes: TreeNode[] = []
  const keep = (node: TreeNode) => nodes.push(node)
  const tree = new SumTreeBuilder(head.depth, { from: KEPT_LEVEL, keep })
  const file = await LeafFileParts.begin(sink.part)
  file.add(headLine(head))

  const sealer = sealerFor(leaves.length)
  const underWay: { some: readonly Leaf[]; sealed: Promise<SealedPlaces> }[] = []
  const putDown = async ({ some, sealed }: (typeof underWay)[number]) => {
    const { hashes, lines } = await sealed
    for (const [i, leaf] of some.entries())
      tree.add({ index: leaf.index, hash: hashes.subarray(i * 32, (i + 1) * 32), sum: leafSum(leaf) })
    file.add(lines)
    await sink.leaves(some)
    await file.flush()
  }
  try {
    for (let at = 0; at < leaves.length; at += LEAVES_AT_A_TIME) {
      const some = leaves.slice(at, at + LEAVES_AT_A_TIME)
      const sealed = sealer.seal(pack(domain, some, await readersIn(some[0]!.index, some.at(-1)!.index)))
      sealed.catch(() => {}) // thrown where it is waited for
      underWay.push({ some, sealed })
      if (underWay.length > sealer.ahead) await putDown(underWay.shift()!)
    }
    for (const piece of underWay) await putDown(piece)
  } finally {
    await sealer.close()
  }
  for (const [i, records] of epoch.records.entries()) file.add(batchLine(i, records))
  const dataHash = await file.end()
  const { root, total } = tree.finish()
  for (; nodes.length > 0; nodes = nodes.slice(LEAVES_AT_A_TIME))
    await sink.nodes(nodes.slice(0, LEAVES_AT_A_TIME))
  return { root, gross: total, dataHash }
}

/** Writes an epoch whose row is there already into the database. */
export function sinkInto(tx: Tx, epoch: number): TreeSink {
  return {
    leaves: (leaves) => insertLeaves(tx, epoch, leaves),
    nodes: (nodes) => insertNodes(tx, epoch, nodes),
    part: (part, text) => insertFilePart(tx, epoch, part, text),
  }
}
