import type { Pool } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'

/** A tag, folded, and how many live top-level posts have it. */
export type TagRow = { tag: string; posts: number }

/** Tags that begin with the query, in the order of their characters: the query itself is the first. */
export async function searchTags(pool: Pool, query: string, { after, take }: Slice): Promise<TagRow[]> {
  const found = await pool.query<TagRow>({
    name: 'search-tags',
    // What begins with a text lies between it and itself with the greatest character behind it.
    text: `select tag, posts_count as posts from tags
           where tag >= folded($1) and tag < folded($1) || chr(1114111) and tag > $2 and posts_count > 0
           order by tag limit $3`,
    values: [query.trim().replace(/^#/, ''), after ?? '', take],
  })
  return found.rows
}
