import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import { notMuted } from '../mutes/store.ts'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'

/** Everybody's top-level posts, newest first, but for whom the viewer has blocked, is blocked by, or has muted. */
export function latestFeed(pool: Pool, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select p.id, null::uuid as repost, null::uuid as sharer from posts p
               where p.reply_to is null and p.deleted_at is null and p.id < $2 and ${notBlocked('p.author_id')}
                 and ${notMuted('p.author_id')}
               order by p.id desc limit $3`
  return postsOf(pool, { name: 'latest-feed', ids, order: 'desc' }, viewerId, [after ?? LAST, take])
}
