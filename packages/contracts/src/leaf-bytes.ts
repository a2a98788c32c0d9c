import { getAddress } from 'ethers'
import { fromHex, putUint, readUint, toHex } from './bytes.ts'
import type { Leaf } from './leaf.ts'

/** Bytes of a leaf. */
export const LEAF_BYTES = 142

/**
 * A leaf as its reader finds it: index (8) ‖ account (20) ‖ authorised (16) ‖ spendable (16) ‖ held (16) ‖ payout (16)
 * ‖ batch (2) ‖ deposited (16) ‖ salt (32), numbers big-endian.
 *
 * @param into where it goes, from `at` on; bytes of its own when left out
 * @throws RangeError for a field that its Solidity type can't hold
 */
export function encodeLeaf(leaf: Leaf, into: Uint8Array = new Uint8Array(LEAF_BYTES), at = 0): Uint8Array {
  if (!(leaf.batch >= 0 && leaf.batch < 65_536)) throw new RangeError(`${leaf.batch} is not a uint16`)
  putUint(into, at, 8, leaf.index)
  into.set(fromHex(leaf.account, 20), at + 8)
  putUint(into, at + 28, 16, leaf.authorised)
  putUint(into, at + 44, 16, leaf.spendable)
  putUint(into, at + 60, 16, leaf.held)
  putUint(into, at + 76, 16, leaf.payout)
  into[at + 92] = leaf.batch >> 8
  into[at + 93] = leaf.batch & 255
  putUint(into, at + 94, 16, leaf.deposited)
  into.set(fromHex(leaf.salt, 32), at + 110)
  return into
}

/** What `encodeLeaf` wrote; the account is checksummed. Throws a RangeError when it isn't as long as a leaf. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length !== LEAF_BYTES) throw new RangeError(`a leaf of ${bytes.length} bytes`)
  return {
    index: readUint(bytes, 0, 8),
    account: getAddress(toHex(bytes.subarray(8, 28))),
    authorised: readUint(bytes, 28, 16),
    spendable: readUint(bytes, 44, 16),
    held: readUint(bytes, 60, 16),
    payout: readUint(bytes, 76, 16),
    batch: (bytes[92]! << 8) | bytes[93]!,
    deposited: readUint(bytes, 94, 16),
    salt: toHex(bytes.subarray(110)),
  }
}

/** Index of an encoded leaf, and what it counts in the tree in token units. */
export function readPlace(bytes: Uint8Array): { index: bigint; sum: bigint } {
  return {
    index: readUint(bytes, 0, 8),
    sum: readUint(bytes, 28, 16) + readUint(bytes, 44, 16) + readUint(bytes, 60, 16),
  }
}

/** Each field's place in `encodeLeaf`, its width, and the 32-byte word of `abi.encode` at the end of which it stands. */
const WORDS = [
  [0, 8, 2],
  [8, 20, 3],
  [28, 16, 4],
  [44, 16, 5],
  [60, 16, 6],
  [76, 16, 7],
  [92, 2, 8],
  [94, 16, 9],
  [110, 32, 10],
] as const

/** Writes the fields of an encoded leaf as the words 2 to 10 of `abi.encode(typehash, domainSeparator, leaf)`. */
export function putWords(words: Uint8Array, leaf: Uint8Array): void {
  for (const [from, width, word] of WORDS)
    words.set(leaf.subarray(from, from + width), (word + 1) * 32 - width)
}
