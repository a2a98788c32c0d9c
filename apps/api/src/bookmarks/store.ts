import type { Pool } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'
import { LAST, type PostRow, postsOf } from '../posts/store.ts'

export type Bookmark = { id: string; post_id: string }

/** A member's bookmarks of posts that are there, newest bookmark first. */
export async function bookmarksOf(pool: Pool, memberId: string, { after, take }: Slice): Promise<Bookmark[]> {
  const found = await pool.query<Bookmark>({
    name: 'bookmarks-of',
    text: `select b.id, b.post_id from bookmarks b join posts p on p.id = b.post_id and p.deleted_at is null
           where b.member_id = $1 and b.id < $2 order by b.id desc limit $3`,
    values: [memberId, after ?? LAST, take],
  })
  return found.rows
}

/** The posts of bookmarks, in their order. One that was deleted meanwhile is not there. */
export async function postsOfBookmarks(
  pool: Pool,
  memberId: string,
  bookmarks: readonly Bookmark[],
): Promise<PostRow[]> {
  if (bookmarks.length === 0) return []
  const ids = `select p.id, null::uuid as repost, null::uuid as sharer
               from posts p where p.id = any($2::uuid[]) and p.deleted_at is null`
  const rows = await postsOf(pool, { name: 'bookmarked-posts', ids, order: 'desc' }, memberId, [
    bookmarks.map((bookmark) => bookmark.post_id),
  ])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return bookmarks.flatMap((bookmark) => byId.get(bookmark.post_id) ?? [])
}
