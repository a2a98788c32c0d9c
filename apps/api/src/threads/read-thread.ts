import type { Pool } from '@rivulet/db'
import type { z } from 'zod'
import { FIRST, type PostRow, postsOf } from '../posts/store.ts'
import { postView } from '../posts/view.ts'
import type { ThreadSchema } from './schemas.ts'
import { ANCESTORS_MAX, ancestorIds, BREADTHS, REPLIES_MAX, replyIds } from './store.ts'
import { shownOf } from './tree.ts'

type Thread = z.infer<typeof ThreadSchema>
type Node = ReturnType<typeof postView> & { replies: Node[]; nextCursor: string | null }

type Input = {
  postId: string
  viewerId: string | null
  /** The comment on the post behind which to begin. */
  after: string | undefined
  limit: number
  /** The cursor to what is on this post, behind that comment. */
  cursorOf: (postId: string, after: string) => string
}

/**
 * Reads a post with what it is a comment on and the comments below it, in three statements, whatever there is.
 *
 * @returns undefined when the post is not there, or was deleted and has no comments
 */
export async function readThread(
  pool: Pool,
  { postId, viewerId, after, limit, cursorOf }: Input,
): Promise<Thread | undefined> {
  const above = await ancestorIds(pool, postId)
  if (above.length === 0) return undefined
  const found = await replyIds(pool, postId, { after: after ?? FIRST, take: limit })
  const breadthOf = (level: number) => (level === 1 ? limit : BREADTHS[level - 2]!)
  const shown = shownOf(found, breadthOf, REPLIES_MAX)

  const ancestors = above.slice(1, ANCESTORS_MAX + 1).map(({ id }) => id)
  const replies = [...shown.values()].flatMap(({ ids }) => ids)
  const views = await viewsOf(pool, [postId, ...ancestors, ...replies], viewerId)
  const below = (id: string, from: string): Pick<Node, 'replies' | 'nextCursor'> => {
    const { ids, more } = shown.get(id) ?? { ids: [], more: false }
    return {
      replies: ids.flatMap((reply) => {
        const view = views.get(reply)
        return view ? [{ ...view, ...below(reply, FIRST) }] : []
      }),
      nextCursor: more ? cursorOf(id, ids.at(-1) ?? from) : null,
    }
  }
  const post = views.get(postId)
  if (!post) return undefined
  return {
    ancestors: ancestors.reverse().flatMap((id) => views.get(id) ?? []),
    moreAncestors: above.length > ANCESTORS_MAX + 1,
    post,
    ...(below(postId, after ?? FIRST) as Pick<Thread, 'replies' | 'nextCursor'>),
  }
}

async function viewsOf(pool: Pool, ids: string[], viewerId: string | null) {
  const chosen = 'select id, null::uuid as repost, null::uuid as sharer from posts where id = any($2::uuid[])'
  const rows = await postsOf(pool, { name: 'thread-posts', ids: chosen, order: 'asc' }, viewerId, [ids])
  return new Map(rows.map((row: PostRow) => [row.id, postView(row)]))
}
