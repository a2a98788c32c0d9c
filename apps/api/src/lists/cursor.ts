import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const MAC_BYTES = 16
const MAX_CHARS = 1_000

/** Which list, and with which filter: a cursor of one is refused by every other. */
export type ListName = readonly [name: string, ...filter: string[]]

export type Cursors = {
  /** An opaque cursor to what comes after `key`, base64url. */
  encode(list: ListName, key: string): string
  /** The key, or undefined when this list did not hand the cursor out. */
  decode(list: ListName, cursor: string): string | undefined
}

/**
 * Keyset cursors that only this deployment can make: key and an HMAC-SHA-256 (cut to 128 bits) of list, filter and key.
 *
 * @param secret the deployment's secret; a key of its own is derived from it (HKDF, RFC 5869)
 */
export function createCursors(secret: string): Cursors {
  const macKey = Buffer.from(hkdfSync('sha256', secret, '', 'rivulet cursor', 32))
  const mac = (list: ListName, key: string) =>
    createHmac('sha256', macKey)
      .update(JSON.stringify([list, key]))
      .digest()
      .subarray(0, MAC_BYTES)
  return {
    encode: (list, key) => Buffer.concat([mac(list, key), Buffer.from(key)]).toString('base64url'),
    decode(list, cursor) {
      if (cursor.length > MAX_CHARS) return undefined
      const bytes = Buffer.from(cursor, 'base64url')
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) return undefined
      const key = bytes.subarray(MAC_BYTES).toString()
      return timingSafeEqual(mac(list, key), bytes.subarray(0, MAC_BYTES)) ? key : undefined
    },
  }
}
