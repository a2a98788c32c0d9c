import { encodeLeaf, LEAF_BYTES, type Leaf, type LeavesToSeal, SECRET_BYTES } from '@rivulet/contracts'

/** Leaves and their readers' secrets as plain bytes, in buffers of their own. */
export function pack(
  domain: string,
  some: readonly Leaf[],
  readers: ReadonlyMap<bigint, readonly Uint8Array[]>,
): LeavesToSeal {
  const leaves = new Uint8Array(some.length * LEAF_BYTES)
  const counts = new Uint32Array(some.length)
  const secrets: Uint8Array[] = []
  for (const [i, leaf] of some.entries()) {
    encodeLeaf(leaf, leaves, i * LEAF_BYTES)
    const theirs = readers.get(leaf.index) ?? []
    for (const secret of theirs) {
      if (secret.length !== SECRET_BYTES) throw new RangeError(`a secret of ${secret.length} bytes`)
      secrets.push(secret)
    }
    counts[i] = theirs.length
  }
  const together = new Uint8Array(secrets.length * SECRET_BYTES)
  for (const [i, secret] of secrets.entries()) together.set(secret, i * SECRET_BYTES)
  return { domain, leaves, readers: counts, secrets: together }
}
