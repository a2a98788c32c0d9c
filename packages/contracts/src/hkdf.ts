import { hash } from 'node:crypto'

const BLOCK = 64

/**
 * HKDF-SHA-256 (RFC 5869) for keys of at most 32 bytes: what `hkdfSync` of Node answers, in a third of its time, which
 * counts where a million leaves each need a key of their own.
 *
 * @param secret the input keying material, @param salt at most 64 bytes, as the secret's own extract is
 */
export function hkdf32(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array {
  const extracted = hmacSha256(salt, secret)
  return hmacSha256(extracted, Buffer.concat([info, ONE]))
}

const ONE = Uint8Array.of(1)

/** HMAC-SHA-256 (RFC 2104) with a key of at most 64 bytes. Throws a RangeError for a longer one. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  if (key.length > BLOCK) throw new RangeError(`a key of ${key.length} bytes`)
  const inner = Buffer.alloc(BLOCK + message.length, 0x36)
  const outer = Buffer.alloc(BLOCK + 32, 0x5c)
  for (let i = 0; i < key.length; i++) {
    inner[i]! ^= key[i]!
    outer[i]! ^= key[i]!
  }
  inner.set(message, BLOCK)
  outer.set(hash('sha256', inner, 'buffer'), BLOCK)
  return hash('sha256', outer, 'buffer')
}
