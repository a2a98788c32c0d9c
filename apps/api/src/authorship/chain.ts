import { NO_POST } from '@rivulet/authorship'
import type { Tx } from '@rivulet/db'
import type { SignedFault, SignedPost } from './read-signed.ts'

export type Chain = { length: number; head: string }

/** Locks a member's chain until the transaction ends: who else adds to it, or revokes a key, waits. */
export async function lockChain(tx: Tx, memberId: string): Promise<Chain> {
  await tx.query('insert into post_chains (member_id) values ($1) on conflict do nothing', [memberId])
  const { rows } = await tx.query<{ length: number; head: Buffer | null }>(
    'select length, head from post_chains where member_id = $1 for no key update',
    [memberId],
  )
  const { length, head } = rows[0]!
  return { length, head: head ? hexOf(head) : NO_POST }
}

/**
 * Whether a signed post carries the author's chain on, and the chain locked if it does. Two with the same seq are asked
 * one after the other, and the second is told what comes next now.
 */
export async function placeFault(
  tx: Tx,
  memberId: string,
  signed: SignedPost,
): Promise<SignedFault | undefined> {
  const { length, head } = await lockChain(tx, memberId)
  const next = `the next has seq ${length} and prev ${head}`
  if (signed.seq !== length)
    return { code: 'invalid_seq', at: 'seq', detail: `is ${signed.seq}, and ${next}` }
  if (hexOf(signed.prev) !== head)
    return { code: 'invalid_prev', at: 'prev', detail: `is not the hash of your signed post before: ${next}` }
  return signed.key === null ? undefined : keyFault(tx, memberId, signed)
}

async function keyFault(
  tx: Tx,
  memberId: string,
  { key, signedAt }: SignedPost,
): Promise<SignedFault | undefined> {
  const { rows } = await tx.query<{ notAfter: Date; lastSeq: number | null }>(
    'select not_after as "notAfter", last_seq as "lastSeq" from posting_keys where member_id = $1 and address = $2',
    [memberId, key],
  )
  const fault = (detail: string): SignedFault => ({ code: 'invalid_signature', at: 'signature', detail })
  const { notAfter, lastSeq } = rows[0]!
  if (lastSeq !== null) return fault(`is by the posting key ${key}, which was revoked`)
  if (signedAt > notAfter)
    return fault(`is by the posting key ${key}, which is good until ${notAfter.toISOString()}`)
  return undefined
}

/** What an imported post was, where it came from. */
export type Origin = { node: string; id: string | null }

/** Keeps the signature of a post that is written in this transaction, and carries the chain on. The chain is locked. */
export async function keepSignature(
  tx: Tx,
  { postId, authorId, signed, replyTo, quoteOf }: KeptSignature,
  origin?: Origin,
): Promise<void> {
  const { seq, prev, hash, contentHash, signature, key, signedAt } = signed
  await tx.query(
    `insert into post_signatures (post_id, author_id, seq, prev, hash, content_hash, signature, key, signed_at,
       reply_to, quote_of, origin, origin_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[postId, authorId, seq, prev, hash, contentHash, signature, key, signedAt],
      ...[replyTo, quoteOf, origin?.node ?? null, origin?.id ?? null],
    ],
  )
  await tx.query('update post_chains set length = $2, head = $3 where member_id = $1', [
    authorId,
    seq + 1,
    hash,
  ])
}

export type KeptSignature = {
  postId: string
  authorId: string
  signed: SignedPost
  /** As they were signed. */
  replyTo: string | null
  quoteOf: string | null
}

export const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
