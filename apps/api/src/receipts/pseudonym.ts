import { createHmac, hkdfSync } from 'node:crypto'

/** Tells what one member is called towards another who may not know who they are. */
export type Pseudonyms = (hidden: string, towards: string) => string

const BYTES = 16

/**
 * Pseudonyms that are the same every time for the same two, so that a receiver recognises a payer; that say nothing about
 * what a third calls them; and that only this deployment can make: HMAC-SHA-256 of both ids, cut to 128 bits.
 *
 * @param secret the deployment's secret; a key of its own is derived from it (HKDF, RFC 5869)
 */
export function createPseudonyms(secret: string): Pseudonyms {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rivulet pseudonym', 32))
  return (hidden, towards) => {
    const mac = createHmac('sha256', key)
      .update(JSON.stringify([hidden, towards]))
      .digest()
    return `p_${mac.subarray(0, BYTES).toString('base64url')}`
  }
}
