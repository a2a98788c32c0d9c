import { gathered, type Pool } from '@rivulet/db'

/** Tells who wrote a post; undefined when there is none. */
export type AuthorOf = (postId: string) => Promise<string | undefined> | string | undefined

/**
 * Looks authors up, and remembers them: an author never changes. Posts asked for at the same time share a query; of
 * those remembered the half that was not asked for lately is forgotten when there are `max` of them.
 */
export function createAuthorOf(pool: Pool, max = 100_000): AuthorOf {
  let recent = new Map<string, string>()
  let older = new Map<string, string>()
  const load = gathered(
    async (postIds: string[]) => {
      const { rows } = await pool.query<{ id: string; author: string }>({
        name: 'authors-of',
        text: `select p.id, p.author_id as author from unnest($1::uuid[]) as wanted (id)
                 cross join lateral (select id, author_id from posts where posts.id = wanted.id limit 1) p`,
        values: [postIds],
      })
      const authors = new Map(rows.map((row) => [row.id, row.author]))
      return postIds.map((id) => authors.get(id.toLowerCase()))
    },
    { workers: 1 },
  )
  function remember(postId: string, author: string): string {
    if (recent.size >= max / 2) {
      older = recent
      recent = new Map()
    }
    recent.set(postId, author)
    return author
  }
  return (postId) => {
    const known = recent.get(postId)
    if (known !== undefined) return known
    const old = older.get(postId)
    if (old !== undefined) return remember(postId, old)
    return load(postId).then((author) => (author === undefined ? undefined : remember(postId, author)))
  }
}
