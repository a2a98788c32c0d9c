import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { act, type Rules } from '@rivulet/economy'
import { forgetMentions } from '../mentions/mention.ts'
import { lockConversation } from './conversation.ts'

export type RemoveResult = { ok: true } | { ok: false; code: 'post_not_found' | 'not_author' }

/**
 * Deletes a post: its text and its revisions are gone, its interactions and receipts stay in the books, and comments on it keep their own
 * pages. With the last comment of a member on a post, commenting is undone, and a credit that is still pending goes back.
 */
export async function remove(
  pool: Pool,
  rules: Rules,
  { memberId, postId }: { memberId: string; postId: string },
): Promise<RemoveResult> {
  return withTransaction(pool, async (tx): Promise<RemoveResult> => {
    const post = await livePost(tx, postId)
    if (!post) return { ok: false, code: 'post_not_found' }
    if (post.author_id !== memberId) return { ok: false, code: 'not_author' }
    if (post.reply_to === null) {
      if (!(await blank(tx, postId))) return { ok: false, code: 'post_not_found' }
      await tx.query('update members set posts_count = posts_count - 1 where id = $1', [memberId])
      return { ok: true }
    }
    await lockConversation(tx, memberId, post.reply_to)
    if (!(await livePost(tx, postId))) return { ok: false, code: 'post_not_found' }
    // Money before the posts' rows, the order in which a like takes its locks.
    if (!(await hasOtherComment(tx, memberId, post.reply_to, postId)))
      await act(tx, rules, [{ actorId: memberId, postId: post.reply_to, kind: 'comment', on: false }])
    await tx.query('select 1 from posts where id = any($1::uuid[]) order by id for no key update', [
      [postId, post.reply_to],
    ])
    await blank(tx, postId)
    await tx.query('update posts set comments_count = comments_count - 1 where id = $1', [post.reply_to])
    return { ok: true }
  })
}

async function livePost(
  tx: Tx,
  id: string,
): Promise<{ author_id: string; reply_to: string | null } | undefined> {
  const found = await tx.query<{ author_id: string; reply_to: string | null }>(
    'select author_id, reply_to from posts where id = $1 and deleted_at is null',
    [id],
  )
  return found.rows[0]
}

async function hasOtherComment(tx: Tx, authorId: string, postId: string, besides: string): Promise<boolean> {
  const found = await tx.query(
    `select 1 from posts
     where reply_to = $2 and author_id = $1 and deleted_at is null and id <> $3 limit 1`,
    [authorId, postId, besides],
  )
  return found.rowCount === 1
}

async function blank(tx: Tx, id: string): Promise<boolean> {
  const blanked = await tx.query(
    `update posts set deleted_at = now(), text = '', title = null, tags = '{}'
     where id = $1 and deleted_at is null`,
    [id],
  )
  // The row is locked now, so nobody revises it meanwhile.
  await tx.query('delete from post_revisions where post_id = $1', [id])
  await forgetMentions(tx, id)
  return blanked.rowCount === 1
}
