import { newId, type Tx } from '@rivulet/db'

/** How many bookmarks a member has at most. */
export const BOOKMARKS_MAX = 10_000

export type BookmarkResult = { ok: true } | { ok: false; code: 'post_not_found' | 'too_many_bookmarks' }

type Input = { memberId: string; postId: string }

/** Bookmarks a post, for the member alone. Twice is once, and keeps its place in the list. */
export async function bookmark(tx: Tx, { memberId, postId }: Input): Promise<BookmarkResult> {
  // Two at once must not both be the last there is room for.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`bookmarks/${memberId}`])
  const found = await tx.query<{ kept: boolean }>(
    `select exists (select from bookmarks where member_id = $1 and post_id = $2) as kept
     from posts where id = $2 and deleted_at is null`,
    [memberId, postId],
  )
  if (!found.rows[0]) return { ok: false, code: 'post_not_found' }
  if (found.rows[0].kept) return { ok: true }
  if (!(await hasRoom(tx, memberId))) return { ok: false, code: 'too_many_bookmarks' }
  await tx.query('insert into bookmarks (id, member_id, post_id) values ($1, $2, $3)', [
    newId(),
    memberId,
    postId,
  ])
  return { ok: true }
}

/** Removes a bookmark, if there is one, also of a post that has been deleted. */
export async function unbookmark(tx: Tx, { memberId, postId }: Input): Promise<BookmarkResult> {
  const post = await tx.query('select from posts where id = $1', [postId])
  if (post.rowCount === 0) return { ok: false, code: 'post_not_found' }
  await tx.query('delete from bookmarks where member_id = $1 and post_id = $2', [memberId, postId])
  return { ok: true }
}

async function hasRoom(tx: Tx, memberId: string): Promise<boolean> {
  if ((await countOf(tx, memberId)) < BOOKMARKS_MAX) return true
  // Those of deleted posts are not listed, so nobody could remove them to make room.
  await tx.query(
    `delete from bookmarks b using posts p
     where b.member_id = $1 and p.id = b.post_id and p.deleted_at is not null`,
    [memberId],
  )
  return (await countOf(tx, memberId)) < BOOKMARKS_MAX
}

async function countOf(tx: Tx, memberId: string): Promise<number> {
  const counted = await tx.query<{ n: number }>(
    'select count(*)::int as n from bookmarks where member_id = $1',
    [memberId],
  )
  return counted.rows[0]!.n
}
