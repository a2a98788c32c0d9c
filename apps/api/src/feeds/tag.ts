import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import { notMuted } from '../mutes/store.ts'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'

/** The top-level posts with a tag, however it is written, newest first; not those by whom the viewer does not want to see. */
export function tagFeed(pool: Pool, tag: string, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select p.id, null::uuid as repost, null::uuid as sharer
               from post_tags t join posts p on p.id = t.post_id
               where t.tag = folded($2) and t.post_id < $3 and p.deleted_at is null
                 and ${notBlocked('p.author_id')} and ${notMuted('p.author_id')}
               order by t.post_id desc limit $4`
  return postsOf(pool, { name: 'tag-feed', ids, order: 'desc' }, viewerId, [tag, after ?? LAST, take])
}
