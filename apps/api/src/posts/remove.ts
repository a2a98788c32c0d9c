import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { act, type Rules } from '@rivulet/economy'
import { forgetMentions } from '../mentions/mention.ts'
import { lockConversation } from './conversation.ts'

export type RemoveResult = { ok: true } | { ok: false; code: 'post_not_found' | 'not_author' }

/**
 * Deletes a post: its text and its revisions are gone, its interactions and receipts stay in the books, and comments on it keep their own
 * pages. With the last comment of a member on a post, commenting is undone, and a credit that is still pending goes back.
 * What a moderator removed is its author's to delete too, and cannot be restored then.
 */
export async function remove(
  pool: Pool,
  rules: Rules,
  { memberId, postId }: { memberId: string; postId: string },
): Promise<RemoveResult> {
  return withTransaction(pool, async (tx): Promise<RemoveResult> => {
    const post = await undeletedPost(tx, postId)
    if (!post || (post.removed && post.author_id !== memberId)) return { ok: false, code: 'post_not_found' }
    if (post.author_id !== memberId) return { ok: false, code: 'not_author' }
    if (post.reply_to === null) {
      await lockPosts(tx, [postId])
      const locked = await undeletedPost(tx, postId)
      if (!locked) return { ok: false, code: 'post_not_found' }
      await blank(tx, postId)
      if (locked.removed) return { ok: true }
      await tx.query('update members set posts_count = posts_count - 1 where id = $1', [memberId])
      return { ok: true }
    }
    await lockConversation(tx, memberId, post.reply_to)
    if (!(await undeletedPost(tx, postId))) return { ok: false, code: 'post_not_found' }
    // Money before the posts' rows, the order in which a like takes its locks.
    if (!(await hasOtherComment(tx, memberId, post.reply_to, postId)))
      await act(tx, rules, [{ actorId: memberId, postId: post.reply_to, kind: 'comment', on: false }])
    await lockPosts(tx, [postId, post.reply_to])
    // A moderator may have removed it meanwhile: then it is not counted any more.
    const locked = await undeletedPost(tx, postId)
    await blank(tx, postId)
    if (locked?.removed) return { ok: true }
    await tx.query('update posts set comments_count = comments_count - 1 where id = $1', [post.reply_to])
    return { ok: true }
  })
}

type Undeleted = { author_id: string; reply_to: string | null; removed: boolean }

/** SQL: its author has not deleted it; a moderator may have removed it. */
const UNDELETED = '(deleted_at is null or removed_by is not null)'

async function undeletedPost(tx: Tx, id: string): Promise<Undeleted | undefined> {
  const found = await tx.query<Undeleted>(
    `select author_id, reply_to, removed_by is not null as removed from posts where id = $1 and ${UNDELETED}`,
    [id],
  )
  return found.rows[0]
}

async function lockPosts(tx: Tx, ids: string[]): Promise<void> {
  await tx.query('select 1 from posts where id = any($1::uuid[]) order by id for no key update', [ids])
}

async function hasOtherComment(tx: Tx, authorId: string, postId: string, besides: string): Promise<boolean> {
  const found = await tx.query(
    `select 1 from posts
     where reply_to = $2 and author_id = $1 and ${UNDELETED} and id <> $3 limit 1`,
    [authorId, postId, besides],
  )
  return found.rowCount === 1
}

async function blank(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `update posts set deleted_at = coalesce(deleted_at, now()), removed_by = null, text = '', title = null, tags = '{}'
     where id = $1 and ${UNDELETED}`,
    [id],
  )
  // The row is locked now, so nobody revises it meanwhile.
  await tx.query('delete from post_revisions where post_id = $1', [id])
  await forgetMentions(tx, id)
}
