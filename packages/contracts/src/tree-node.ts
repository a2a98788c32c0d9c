import { fromHex, keccak, putUint, readUint, toHex } from './bytes.ts'

/** Bytes of a node, and of a proof per level: hash (32) ‖ sum (16). */
export const STEP = 48

/** The deepest tree a vault takes. */
export const MAX_DEPTH = 40

/** A leaf in its place: `hash` is 32 bytes as 0x-hex, `sum` is in token units. */
export type Place = { index: bigint; hash: string; sum: bigint }

/** A place whose hash may be the bytes themselves. */
export type AnyPlace = Omit<Place, 'hash'> & { hash: string | Uint8Array }

/** The node of a place. Throws a RangeError for a hash that isn't 32 bytes and a sum beyond 128 bits. */
export function nodeOf({ hash, sum }: Pick<AnyPlace, 'hash' | 'sum'>): Uint8Array {
  const bytes = typeof hash === 'string' ? fromHex(hash, 32) : hash
  if (bytes.length !== 32) throw new RangeError(`not 32 bytes: ${toHex(bytes)}`)
  const node = new Uint8Array(STEP)
  node.set(bytes, 0)
  putUint(node, 32, 16, sum)
  return node
}

/** Hash and sum of a node. */
export function readNode(node: Uint8Array): { hash: string; sum: bigint } {
  return { hash: toHex(node.subarray(0, 32)), sum: readUint(node, 32, 16) }
}

/**
 * The node above two nodes, which stand at these offsets: keccak(leftHash ‖ leftSum ‖ rightHash ‖ rightSum) ‖ sum.
 * Throws a RangeError for a sum beyond 128 bits.
 */
export function parent(left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number): Uint8Array {
  const pair = new Uint8Array(2 * STEP)
  pair.set(left.subarray(leftAt, leftAt + STEP), 0)
  pair.set(right.subarray(rightAt, rightAt + STEP), STEP)
  const node = new Uint8Array(STEP)
  node.set(keccak(pair), 0)
  putUint(node, 32, 16, readUint(pair, 32, 16) + readUint(pair, STEP + 32, 16))
  return node
}

/** The empty subtree of each height from 0 to `depth`. Throws a RangeError for a depth beyond 40. */
export function emptyNodes(depth: number): Uint8Array[] {
  if (!Number.isInteger(depth) || depth < 0 || depth > MAX_DEPTH) throw new RangeError(`depth ${depth}`)
  const empties: Uint8Array[] = [new Uint8Array(STEP)]
  for (let height = 0; height < depth; height++) {
    empties.push(parent(empties[height]!, 0, empties[height]!, 0))
  }
  return empties
}
