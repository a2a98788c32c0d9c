import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto'
import { archiveWords } from '@rivulet/authorship'

/** What a node signs archives with: Ed25519 (RFC 8032). */
export type NodeKey = {
  /** 32 bytes, hex. */
  publicKey: string
  /** @param sha256 hex, of an archive's lines @returns 64 bytes, hex */
  sign(sha256: string): string
}

/** DER of an Ed25519 private key (RFC 8410), up to its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The key of this node: the one it was given, else one derived from its secret (HKDF, RFC 5869), which ends with it.
 * @param given 0x and 64 hex digits
 */
export function nodeKeyOf({
  nodeKey,
  secretKey,
}: {
  nodeKey: string | undefined
  secretKey: string
}): NodeKey {
  const seed = nodeKey
    ? Buffer.from(nodeKey.slice(2), 'hex')
    : Buffer.from(hkdfSync('sha256', secretKey, '', 'rivulet node key', 32))
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: der.subarray(-32).toString('hex'),
    sign: (sha256) => sign(null, archiveWords(sha256), key).toString('hex'),
  }
}
