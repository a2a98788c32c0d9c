import type { Tx } from '@rivulet/db'
import { type Notice, notifyMembers } from '@rivulet/economy'

/**
 * Tells the author of the post above that it has a comment, the author of the quoted one that it was quoted, and who is
 * mentioned that they are. Each is told once: an author whom the text names as well needs not hear it twice.
 */
export async function tellPeople(
  tx: Tx,
  post: { id: string; authorId: string; replyTo: string | null; quoteOf: string | null },
  mentioned: readonly string[],
): Promise<void> {
  const { id, authorId, replyTo, quoteOf } = post
  const authors = await authorsOf(tx, [replyTo, quoteOf])
  const told = (memberId: string, kind: Notice['kind'], body: object): Notice => ({
    ...{ memberId, kind, refId: id, body, actorId: authorId },
  })
  const notices = new Map<string, Notice>()
  for (const memberId of mentioned) notices.set(memberId, told(memberId, 'mention', {}))
  for (const [of, kind] of [
    [quoteOf, 'quote'],
    [replyTo, 'comment'],
  ] as const) {
    const memberId = of === null ? undefined : authors.get(of)
    if (memberId !== undefined) notices.set(memberId, told(memberId, kind, { of }))
  }
  await notifyMembers(tx, [...notices.values()])
}

async function authorsOf(tx: Tx, posts: (string | null)[]): Promise<Map<string, string>> {
  const ids = posts.filter((one) => one !== null)
  if (ids.length === 0) return new Map()
  const { rows } = await tx.query<{ id: string; author: string }>(
    'select id, author_id as author from posts where id = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row.author]))
}
