import type { Tx } from '@rivulet/db'

/**
 * Makes whoever writes or deletes comments of this member on this post wait for each other: the credit of commenting
 * stands while there is at least one comment, so nobody may decide on a count that is about to change.
 *
 * Taken before any row is locked; released with the transaction.
 */
export async function lockConversation(tx: Tx, authorId: string, postId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`comments/${authorId}/${postId}`])
}
