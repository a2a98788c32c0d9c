import type { Tx } from '@rivulet/db'
import { ifMatch } from '../http/conditional.ts'
import { keepMentions, mentionsIn } from '../mentions/mention.ts'
import { postTag } from '../posts/view.ts'

/** How often an article is published at most, the first time among them. */
export const REVISIONS_MAX = 100

/** What is to be changed of an article; what is left out stays. */
export type Revision = { title?: string | null; text?: string }

export type ReviseResult =
  | { ok: true }
  | {
      ok: false
      code:
        | 'post_not_found'
        | 'not_author'
        | 'suspended'
        | 'not_revisable'
        | 'signed_post'
        | 'precondition_failed'
        | 'too_many_revisions'
        | 'too_many_mentions'
    }

type Article = {
  author_id: string
  kind: 'note' | 'article'
  title: string | null
  text: string
  revision: number
  suspended: boolean
  signed: boolean
}

/**
 * Publishes an article anew, and keeps what it said before. One that changes nothing is no revision.
 *
 * @param condition an `If-Match`: without one, whatever the article was is revised
 */
export async function revise(
  tx: Tx,
  {
    memberId,
    postId,
    change,
    condition,
  }: { memberId: string; postId: string; change: Revision; condition?: string | undefined },
): Promise<ReviseResult> {
  // The row is locked: of two at once the second sees what the first has made of it.
  const found = await tx.query<Article>(
    `select p.author_id, p.kind, p.title, p.text, p.revision, a.suspended_at is not null as suspended,
       exists (select from post_signatures g where g.post_id = p.id) as signed
     from posts p join members a on a.id = p.author_id
     where p.id = $1 and p.deleted_at is null for no key update of p`,
    [postId],
  )
  const before = found.rows[0]
  if (!before) return { ok: false, code: 'post_not_found' }
  if (before.author_id !== memberId) return { ok: false, code: 'not_author' }
  if (before.suspended) return { ok: false, code: 'suspended' }
  if (before.kind !== 'article') return { ok: false, code: 'not_revisable' }
  if (before.signed) return { ok: false, code: 'signed_post' }
  const tag = postTag({ id: postId, revision: before.revision, locked: false })
  if (condition !== undefined && !ifMatch(condition, tag)) return { ok: false, code: 'precondition_failed' }
  const { title = before.title, text = before.text } = change
  if (title === before.title && text === before.text) return { ok: true }
  if (before.revision >= REVISIONS_MAX) return { ok: false, code: 'too_many_revisions' }
  const mentioned = await mentionsIn(tx, memberId, text)
  if (!mentioned.ok) return mentioned
  await keepMentions(tx, { postId, mentions: mentioned.mentions, anew: true })
  await tx.query(
    `insert into post_revisions (post_id, revision, title, text, created_at)
     select id, revision, title, text, coalesce(edited_at, created_at) from posts where id = $1`,
    [postId],
  )
  await tx.query(
    'update posts set title = $2, text = $3, revision = revision + 1, edited_at = now() where id = $1',
    [postId, title, text],
  )
  return { ok: true }
}
