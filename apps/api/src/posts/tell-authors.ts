import type { Tx } from '@rivulet/db'
import { notifyMembers } from '@rivulet/economy'

/** Tells the author of the post above that it has a comment, and the author of the quoted one that it was quoted. */
export async function tellAuthors(
  tx: Tx,
  post: { id: string; authorId: string; replyTo: string | null; quoteOf: string | null },
): Promise<void> {
  const { id, authorId, replyTo, quoteOf } = post
  const ids = [replyTo, quoteOf].filter((one) => one !== null)
  if (ids.length === 0) return
  const { rows } = await tx.query<{ id: string; author: string }>(
    'select id, author_id as author from posts where id = any($1::uuid[])',
    [ids],
  )
  const authors = new Map(rows.map((row) => [row.id, row.author]))
  const told = (of: string | null, kind: 'comment' | 'quote') => {
    const memberId = of === null ? undefined : authors.get(of)
    return memberId === undefined ? [] : [{ memberId, kind, refId: id, body: { of }, actorId: authorId }]
  }
  await notifyMembers(tx, [...told(replyTo, 'comment'), ...told(quoteOf, 'quote')])
}
