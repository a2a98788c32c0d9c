import type { Pool } from '@rivulet/db'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'
import { newestOf, postsBy, repostsBy } from './merge.ts'

/** A member's top-level posts and reposts, newest first. */
export function memberFeed(
  pool: Pool,
  memberId: string,
  { viewerId, after, take }: PageOf,
): Promise<PostRow[]> {
  const ids = newestOf([postsBy('$2', '$3', '$4'), repostsBy('$2', '$3', '$4', 'true')], '$4')
  return postsOf(pool, { name: 'member-feed', ids, order: 'desc' }, viewerId, [memberId, after ?? LAST, take])
}
