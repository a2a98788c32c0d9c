import { isId, type Pool } from '@rivulet/db'
import { type PostRow, postsOf } from './store.ts'

/**
 * Posts by their ids, each as it is read by itself, in the order asked for; what is not there is left out. One statement,
 * and none where nothing can be there.
 */
export async function postsByIds(
  pool: Pool,
  ids: readonly string[],
  viewerId: string | null,
): Promise<PostRow[]> {
  const wanted = ids.filter(isId)
  if (wanted.length === 0) return []
  const chosen = `select id, null::uuid as repost, null::uuid as sharer
                  from posts where id = any($2::uuid[]) and deleted_at is null`
  const rows = await postsOf(pool, { name: 'posts-by-ids', ids: chosen, order: 'asc' }, viewerId, [wanted])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return [...new Set(wanted)].flatMap((id) => byId.get(id) ?? [])
}
