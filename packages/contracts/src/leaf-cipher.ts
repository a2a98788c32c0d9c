import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { fromHex } from './bytes.ts'
import { hkdf32 } from './hkdf.ts'
import { type Leaf, leafHash } from './leaf.ts'
import { decodeLeaf, encodeLeaf, LEAF_BYTES } from './leaf-bytes.ts'

/** Bytes of a secret that leaves are encrypted for. */
export const SECRET_BYTES = 32

/** What AES-256-GCM adds to a leaf in the clear. */
const TAG_BYTES = 16
/** The key is used once, since the leaf's hash, which it is made of, covers a salt nobody else knows. */
const IV = new Uint8Array(12)
const INFO = Buffer.from('rivulet leaf')

/**
 * Encrypts a leaf for one reader: AES-256-GCM under HKDF-SHA-256(secret, salt = the vault's domain separator, info =
 * "rivulet leaf" ‖ leaf hash), as base64url of ciphertext ‖ tag.
 *
 * @param domainSeparator, @param hash 32 bytes as 0x-hex, @param secret 32 bytes
 */
export function sealLeaf(domainSeparator: string, hash: string, leaf: Leaf, secret: Uint8Array): string {
  return leafSealer(domainSeparator)(fromHex(hash, 32), encodeLeaf(leaf), secret)
}

/** `sealLeaf` for many leaves of one vault, of what `encodeLeaf` wrote. */
export function leafSealer(
  domainSeparator: string,
): (hash: Uint8Array, leaf: Uint8Array, secret: Uint8Array) => string {
  const domain = fromHex(domainSeparator, 32)
  return (hash, leaf, secret) => {
    const cipher = createCipheriv('aes-256-gcm', keyOf(domain, hash, secret), IV)
    const sealed = Buffer.allocUnsafe(LEAF_BYTES + TAG_BYTES)
    sealed.set(cipher.update(leaf), 0)
    cipher.final()
    sealed.set(cipher.getAuthTag(), LEAF_BYTES)
    return sealed.toString('base64url')
  }
}

/** Opens what `sealLeaf` made; `null` when it is for somebody else, or isn't the leaf with that hash. */
export function openLeaf(
  domainSeparator: string,
  hash: string,
  sealed: string,
  secret: Uint8Array,
): Leaf | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length !== LEAF_BYTES + TAG_BYTES) return null
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keyOf(fromHex(domainSeparator, 32), fromHex(hash, 32), secret),
    IV,
  )
  decipher.setAuthTag(bytes.subarray(LEAF_BYTES))
  const clear = decipher.update(bytes.subarray(0, LEAF_BYTES))
  try {
    decipher.final()
  } catch {
    return null
  }
  const leaf = decodeLeaf(clear)
  return leafHash(domainSeparator, leaf) === hash.toLowerCase() ? leaf : null
}

function keyOf(domain: Uint8Array, hash: Uint8Array, secret: Uint8Array): KeyObject {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a secret of ${secret.length} bytes`)
  const key = hkdf32(secret, domain, Buffer.concat([INFO, hash]))
  // Given as plain bytes a key takes Node twice as long as the whole encryption.
  return createSecretKey(key)
}
