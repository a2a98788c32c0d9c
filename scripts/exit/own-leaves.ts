import { createReadStream } from 'node:fs'
import {
  buildSumTree,
  type Leaf,
  LeafFileFault,
  type LeafFileSummary,
  openLeaf,
  type Place,
  readLeafFile,
} from '@rivulet/contracts'
import { CannotLeave } from './cannot-leave.ts'

/** A leaf that the secret opened, with its proof as the vault takes it. */
export type OwnLeaf = { leaf: Leaf; proof: string }

/**
 * Reads a leaf file whole, and opens what is in it for this secret. A member reads their own leaf, and those of other
 * addresses they asked a payout to.
 *
 * @throws CannotLeave when it cannot be read or is no leaf file
 */
export async function ownLeavesOf(
  path: string,
  secret: Uint8Array,
): Promise<{ file: LeafFileSummary; own: OwnLeaf[] }> {
  const places: Place[] = []
  const leaves: Leaf[] = []
  try {
    const file = await readLeafFile(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      (place, sealed, head) => {
        places.push(place)
        for (const text of sealed) {
          const leaf = openLeaf(head.domain, place.hash, text, secret)
          if (leaf) leaves.push(leaf)
        }
      },
    )
    if (leaves.length === 0) return { file, own: [] }
    const tree = buildSumTree(places, file.depth)
    return { file, own: leaves.map((leaf) => ({ leaf, proof: tree.proof(leaf.index) })) }
  } catch (error) {
    if (error instanceof LeafFileFault) throw new CannotLeave(`${path} is not a leaf file: ${error.message}`)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CannotLeave(`there is no file ${path}`, 2)
    throw error
  }
}
