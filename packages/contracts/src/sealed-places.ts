import { toHex } from './bytes.ts'
import { leafHasher } from './leaf.ts'
import { LEAF_BYTES, readPlace } from './leaf-bytes.ts'
import { leafSealer, SECRET_BYTES } from './leaf-cipher.ts'
import { placeLine } from './leaf-file.ts'

/** Leaves on their way into a leaf file, as plain bytes that another thread can be given. */
export type LeavesToSeal = {
  /** See `domainSeparator` in `domain.ts`. */
  domain: string
  /** What `encodeLeaf` wrote, one leaf after the other. */
  leaves: Uint8Array<ArrayBuffer>
  /** How many readers each leaf has. */
  readers: Uint32Array<ArrayBuffer>
  /** The readers' secrets, 32 bytes each, in the order of the leaves. */
  secrets: Uint8Array<ArrayBuffer>
}

/** The leaves' hashes, 32 bytes each, and their lines of the file. */
export type SealedPlaces = { hashes: Uint8Array; lines: string }

/**
 * Hashes leaves and encrypts each for its readers: most of the work of a leaf file, and no leaf's depends on
 * another's.
 */
export function sealPlaces({ domain, leaves, readers, secrets }: LeavesToSeal): SealedPlaces {
  const hashOf = leafHasher(domain)
  const seal = leafSealer(domain)
  const hashes = new Uint8Array(readers.length * 32)
  const lines: string[] = []
  let secretAt = 0
  for (const [i, count] of readers.entries()) {
    const leaf = leaves.subarray(i * LEAF_BYTES, (i + 1) * LEAF_BYTES)
    const hash = hashOf(leaf)
    hashes.set(hash, i * 32)
    const sealed: string[] = []
    for (let n = 0; n < count; n++, secretAt += SECRET_BYTES)
      sealed.push(seal(hash, leaf, secrets.subarray(secretAt, secretAt + SECRET_BYTES)))
    lines.push(placeLine({ ...readPlace(leaf), hash: toHex(hash) }, sealed))
  }
  return { hashes, lines: lines.join('') }
}
