import { type Content, contentHash, postHash, signerOf } from '@rivulet/authorship'
import type { Pool } from '@rivulet/db'
import { isSignedBy } from '../auth/signature.ts'
import type { Deps } from '../deps.ts'

export type SignedWish = { seq: number; prev: string; createdAt: string; signature: string }

/** A signature that fits the post; whether its place in the chain is free, the transaction decides. */
export type SignedPost = {
  seq: number
  prev: Buffer
  hash: Buffer
  contentHash: Buffer
  signature: Buffer
  /** The posting key that signed, EIP-55; null: the wallet. */
  key: string | null
  signedAt: Date
}

/** What is wrong with it, and what was expected. */
export type SignedFault = {
  code: 'invalid_signature' | 'invalid_signed_at' | 'invalid_seq' | 'invalid_prev'
  at: 'signature' | 'createdAt' | 'seq' | 'prev'
  detail: string
}

/** How far the author's clock may be off. */
const CLOCK_MS = 10 * 60_000

const bytesOf = (hex: string) => Buffer.from(hex.slice(2), 'hex')

/**
 * Reads what an author signed of a post: with their wallet, with a posting key of theirs, or, when the wallet is a
 * contract, by its own word. Asked before the transaction, because a contract's chain is slow.
 *
 * @throws ChainUnavailable when a contract has to be asked and the chain does not answer
 */
export async function readSigned(
  { db, provider, now }: Pick<Deps, 'db' | 'provider' | 'now'>,
  author: { memberId: string; address: string },
  post: Content & { replyTo: string | null; quoteOf: string | null },
  wish: SignedWish,
): Promise<{ ok: true; signed: SignedPost } | { ok: false; fault: SignedFault }> {
  const createdAt = Date.parse(wish.createdAt)
  if (Math.abs(createdAt - now()) > CLOCK_MS) {
    const detail = `is more than 10 minutes off: here it is ${new Date(now()).toISOString()}`
    return { ok: false, fault: { code: 'invalid_signed_at', at: 'createdAt', detail } }
  }
  const [prev, ofContent] = [wish.prev.toLowerCase(), contentHash(post)]
  const place = { ...post, author: author.address, seq: wish.seq, prev, createdAt }
  const hash = postHash(place, ofContent)
  const signer = signerOf(hash, wish.signature)
  const byKey = signer !== undefined && (await isKeyOf(db.pool, author.memberId, signer))
  if (
    !byKey &&
    signer !== author.address &&
    !(await isSignedBy(provider, author.address, hash, wish.signature))
  ) {
    const detail = `must be by ${author.address}, or by a posting key of it, of what has the hash ${hash}`
    return { ok: false, fault: { code: 'invalid_signature', at: 'signature', detail } }
  }
  return {
    ok: true,
    signed: {
      ...{ seq: wish.seq, prev: bytesOf(prev), hash: bytesOf(hash), contentHash: bytesOf(ofContent) },
      ...{ signature: bytesOf(wish.signature), signedAt: new Date(createdAt), key: byKey ? signer : null },
    },
  }
}

/** Also one that has ended: which of its signatures hold is decided with their place in the chain. */
async function isKeyOf(pool: Pool, memberId: string, address: string): Promise<boolean> {
  const found = await pool.query('select 1 from posting_keys where member_id = $1 and address = $2', [
    memberId,
    address,
  ])
  return found.rowCount === 1
}
