import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { getAddress } from 'ethers'
import { fromHex, putUint, readUint, toHex } from './bytes.ts'
import { hkdf32 } from './hkdf.ts'
import { type Leaf, leafHash } from './leaf.ts'

/** Bytes of a secret that leaves are encrypted for. */
export const SECRET_BYTES = 32

/** Bytes of a leaf in the clear, and of what AES-256-GCM adds to it. */
const LEAF_BYTES = 142
const TAG_BYTES = 16
/** The key is used once, since the leaf's hash, which it is made of, covers a salt nobody else knows. */
const IV = new Uint8Array(12)
const INFO = Buffer.from('rivulet leaf')

/**
 * A leaf as its reader finds it: index (8) ‖ account (20) ‖ authorised (16) ‖ spendable (16) ‖ held (16) ‖ payout (16)
 * ‖ batch (2) ‖ deposited (16) ‖ salt (32), numbers big-endian.
 *
 * @throws RangeError for a field that its Solidity type can't hold
 */
export function encodeLeaf(leaf: Leaf): Uint8Array {
  if (!(leaf.batch >= 0 && leaf.batch < 65_536)) throw new RangeError(`${leaf.batch} is not a uint16`)
  const bytes = Buffer.alloc(LEAF_BYTES)
  putUint(bytes, 0, 8, leaf.index)
  bytes.set(fromHex(leaf.account, 20), 8)
  putUint(bytes, 28, 16, leaf.authorised)
  putUint(bytes, 44, 16, leaf.spendable)
  putUint(bytes, 60, 16, leaf.held)
  putUint(bytes, 76, 16, leaf.payout)
  bytes.writeUInt16BE(leaf.batch, 92)
  putUint(bytes, 94, 16, leaf.deposited)
  bytes.set(fromHex(leaf.salt, 32), 110)
  return bytes
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

/**
 * Encrypts a leaf for one reader: AES-256-GCM under HKDF-SHA-256(secret, salt = the vault's domain separator, info =
 * "rivulet leaf" ‖ leaf hash), as base64url of ciphertext ‖ tag.
 *
 * @param domainSeparator, @param hash 32 bytes as 0x-hex, @param secret 32 bytes
 */
export function sealLeaf(domainSeparator: string, hash: string, leaf: Leaf, secret: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', keyOf(domainSeparator, hash, secret), IV)
  const sealed = Buffer.allocUnsafe(LEAF_BYTES + TAG_BYTES)
  sealed.set(cipher.update(encodeLeaf(leaf)), 0)
  cipher.final()
  sealed.set(cipher.getAuthTag(), LEAF_BYTES)
  return sealed.toString('base64url')
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
  const decipher = createDecipheriv('aes-256-gcm', keyOf(domainSeparator, hash, secret), IV)
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

function keyOf(domainSeparator: string, hash: string, secret: Uint8Array): KeyObject {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a secret of ${secret.length} bytes`)
  const key = hkdf32(secret, fromHex(domainSeparator, 32), Buffer.concat([INFO, fromHex(hash, 32)]))
  // Given as plain bytes a key takes Node twice as long as the whole encryption.
  return createSecretKey(key)
}
