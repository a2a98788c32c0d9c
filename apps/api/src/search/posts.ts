import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'

/** So many of the newest posts are looked through before the index of words is asked. */
const LOOKED_THROUGH = 2_000

/**
 * Posts and comments that hold what is asked for, newest first: words in any order, "phrases", `or` and `-without`, as
 * PostgreSQL's `websearch_to_tsquery` reads it. A query that names nothing to hold finds nothing. Of an article with a
 * price only the title is looked at, whoever asks.
 *
 * A common word fills a page with what is newest; the index of words would have to bring all posts there are with it. A
 * rare one does not, and the index brings few.
 */
export function searchPosts(
  pool: Pool,
  query: string,
  { viewerId, after, take }: PageOf,
): Promise<PostRow[]> {
  return postsOf(pool, { name: 'search-posts', ids: IDS, order: 'desc' }, viewerId, [
    query,
    after ?? LAST,
    take,
  ])
}

const ASKED = `websearch_to_tsquery('pg_catalog.simple', folded($2))`

// Of those found, in their order, posts are read until the page is full.
const shown = (found: string) => `
  select p.id from ${found} found join posts p on p.id = found.post_id
  where p.deleted_at is null and ${notBlocked('p.author_id')}
  order by found.post_id desc limit $4`

const IDS = `
  with newest as materialized (
    ${shown(`(select post_id from (select post_id, words from post_words where post_id < $3
                                   order by post_id desc limit ${LOOKED_THROUGH}) newest where words @@ ${ASKED}
                    order by post_id desc offset 0)`)}
  ), enough as materialized (select count(*) >= $4 or querytree(${ASKED}) in ('', 'T') as full_page from newest),
  indexed as materialized (
    select post_id from post_words
    where words @@ ${ASKED} and post_id < $3 and (select not full_page from enough)
  )
  select id, null::uuid as repost, null::uuid as sharer
  from (select id from newest where (select full_page from enough) and querytree(${ASKED}) not in ('', 'T')
        union all (${shown('(select post_id from indexed order by post_id desc offset 0)')})) either`
