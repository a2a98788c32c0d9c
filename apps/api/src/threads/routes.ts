import { isId } from '@rivulet/db'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, linkNext } from '../lists/list.ts'
import { PostParams } from '../posts/schemas.ts'
import { readThread } from './read-thread.ts'
import { ThreadSchema } from './schemas.ts'
import { ANCESTORS_MAX, BREADTHS, REPLIES_MAX } from './store.ts'

export async function threadsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.get(
    '/posts/:id/thread',
    operation({
      id: 'getThread',
      tag: 'posts',
      summary: 'Read a post with what is above it and below it',
      description:
        `Above: up to ${ANCESTORS_MAX} posts, the root first. Below: a page of the comments on it, oldest first, ${BREADTHS[0]} comments on ` +
        `each, and ${BREADTHS[1]} on each of those; ${REPLIES_MAX} in all at most. Each has a \`nextCursor\` where there is more on it: ask for ` +
        'its own thread with that. A deleted post that has comments keeps its place, with `deleted`, and without ' +
        'text or author.',
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: ThreadSchema },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const { id } = request.params
      const { limit, cursor } = request.query
      if (!isId(id)) throw problem('post_not_found')
      const after = cursor === undefined ? undefined : cursors.decode(['thread', id], cursor)
      if (cursor !== undefined && after === undefined) throw problem('invalid_cursor')
      const thread = await readThread(db.lists, {
        postId: id,
        viewerId: request.viewer?.memberId ?? null,
        after,
        limit,
        cursorOf: (postId, behind) => cursors.encode(['thread', postId], behind),
      })
      if (!thread) throw problem('post_not_found')
      if (thread.nextCursor !== null) linkNext(request, reply, config.publicUrl, thread.nextCursor)
      return thread
    },
  )
}
