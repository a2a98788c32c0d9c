import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import { COLUMNS, type MemberRow } from '../members/store.ts'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'

export type Reaction = 'like' | 'repost'

/** A member, and the interaction by which they are in the list. */
export type ReactionRow = MemberRow & { reaction_id: string }

/**
 * $1 the viewer, $2 the post, $3 the interaction behind which to begin, $4 how many. The kind is written out: the index is
 * of these two kinds alone, and a plan for any kind could not use it.
 */
export const reactionsSql = (kind: Reaction) => `
  select ${COLUMNS}, i.id as reaction_id
  from (select i.id, i.actor_id from interactions i
        where i.post_id = $2::uuid and i.kind = '${kind}' and i.active and i.id < $3::uuid and ${notBlocked('i.actor_id')}
        order by i.id desc limit $4::int) i
  join members on members.id = i.actor_id
  order by i.id desc`

/** Who likes, or has reposted, a post: who did so first last. Blocked pairs do not see each other. */
export async function reactionsTo(
  pool: Pool,
  kind: Reaction,
  postId: string,
  { viewerId, after, take }: PageOf,
): Promise<ReactionRow[]> {
  const found = await pool.query<ReactionRow>({
    name: `reactions-${kind}`,
    text: reactionsSql(kind),
    values: [viewerId, postId, after ?? LAST, take],
  })
  return found.rows
}

/** The quotes of a post, newest first, also those that are comments; without those by who is in a blocked pair with the viewer. */
export function quotesOf(pool: Pool, postId: string, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select p.id, null::uuid as repost, null::uuid as sharer from posts p
               where p.quote_of = $2 and p.deleted_at is null and p.id < $3 and ${notBlocked('p.author_id')}
               order by p.id desc limit $4`
  return postsOf(pool, { name: 'quotes-of', ids, order: 'desc' }, viewerId, [postId, after ?? LAST, take])
}
