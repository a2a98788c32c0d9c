import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a view token says. Times in milliseconds since 1970. */
export type ViewClaims = {
  viewId: string
  memberId: string
  campaignId: string
  postId: string
  expiresAt: number
}

export type ViewTokens = {
  /** The token, base64url; the same claims make the same one. */
  sign(claims: ViewClaims): string
  /** The claims, or undefined when this deployment did not sign them. Says nothing about time. */
  verify(token: string): ViewClaims | undefined
}

const IDS = ['viewId', 'memberId', 'campaignId', 'postId'] as const
const ID_BYTES = 16
const CLAIMS_BYTES = IDS.length * ID_BYTES + 8
const MAC_BYTES = 32
/** Characters of a token: what is longer or shorter is none. */
export const TOKEN_LENGTH = Math.ceil(((CLAIMS_BYTES + MAC_BYTES) * 4) / 3)

/**
 * View tokens that only this deployment can make: ids and expiry, and their HMAC-SHA-256.
 *
 * @param secret the deployment's secret; a key of its own is derived from it (HKDF, RFC 5869)
 */
export function createViewTokens(secret: string): ViewTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rivulet view token', 32))
  const mac = (claims: Buffer) => createHmac('sha256', key).update(claims).digest()
  return {
    sign(claims) {
      const bytes = Buffer.alloc(CLAIMS_BYTES)
      IDS.forEach((name, i) => {
        bytes.write(claims[name].replaceAll('-', ''), i * ID_BYTES, 'hex')
      })
      bytes.writeBigUInt64BE(BigInt(claims.expiresAt), IDS.length * ID_BYTES)
      return Buffer.concat([bytes, mac(bytes)]).toString('base64url')
    },
    verify(token) {
      const bytes = Buffer.from(token, 'base64url')
      // One spelling only: what decodes to the same bytes otherwise is no token.
      if (bytes.length !== CLAIMS_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined
      const claims = bytes.subarray(0, CLAIMS_BYTES)
      if (!timingSafeEqual(mac(claims), bytes.subarray(CLAIMS_BYTES))) return undefined
      const [viewId, memberId, campaignId, postId] = IDS.map((_, i) => idAt(claims, i)) as [
        string,
        string,
        string,
        string,
      ]
      const expiresAt = Number(claims.readBigUInt64BE(IDS.length * ID_BYTES))
      return { viewId, memberId, campaignId, postId, expiresAt }
    },
  }
}

function idAt(claims: Buffer, place: number): string {
  const hex = claims.toString('hex', place * ID_BYTES, (place + 1) * ID_BYTES)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
