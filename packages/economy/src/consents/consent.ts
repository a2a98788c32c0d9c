import type { Tx } from '@rivulet/db'
import { isBlockedPair, lockPair } from '../blocks/store.ts'

export type ConsentInput = { memberId: string; authorId: string }

export type ConsentResult = { ok: true } | { ok: false; code: 'self_consent' | 'blocked' }

/** A member agrees to be listed in the splits of posts that this author publishes from now on. */
export async function consent(tx: Tx, { memberId, authorId }: ConsentInput): Promise<ConsentResult> {
  if (memberId === authorId) return { ok: false, code: 'self_consent' }
  await lockPair(tx, memberId, authorId)
  if (await isBlockedPair(tx, memberId, authorId)) return { ok: false, code: 'blocked' }
  await tx.query('insert into split_consents (member_id, author_id) values ($1, $2) on conflict do nothing', [
    memberId,
    authorId,
  ])
  return { ok: true }
}

/** Takes it back. Splits are fixed at publishing: posts that list the member go on listing them. */
export async function withdrawConsent(tx: Tx, { memberId, authorId }: ConsentInput): Promise<ConsentResult> {
  if (memberId === authorId) return { ok: false, code: 'self_consent' }
  await tx.query('delete from split_consents where member_id = $1 and author_id = $2', [memberId, authorId])
  return { ok: true }
}
