import { isId, withTransaction } from '@rivulet/db'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { PostParams, PostSchema } from '../posts/schemas.ts'
import { postView } from '../posts/view.ts'
import { BOOKMARKS_MAX, bookmark, unbookmark } from './bookmark.ts'
import { bookmarksOf, postsOfBookmarks } from './store.ts'

export async function bookmarksRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  async function turn(postId: string, memberId: string, verb: typeof bookmark): Promise<void> {
    if (!isId(postId)) throw problem('post_not_found')
    const result = await withTransaction(db.pool, (tx) => verb(tx, { memberId, postId }))
    if (result.ok) return
    if (result.code === 'post_not_found') throw problem(result.code)
    throw problem(
      result.code,
      `You have ${BOOKMARKS_MAX} bookmarks, the most there may be: remove one first.`,
    )
  }

  app.put(
    '/posts/:id/bookmark',
    operation({
      id: 'bookmarkPost',
      tag: 'bookmarks',
      summary: 'Bookmark a post',
      description:
        'For you alone: nobody is told, and nothing counts it. Bookmarking twice is bookmarking once, and keeps its place.',
      session: 'required',
      scope: 'act',
      params: PostParams,
      answers: { 204: NoContent },
      refuses: ['post_not_found', 'too_many_bookmarks'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, bookmark)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/posts/:id/bookmark',
    operation({
      id: 'unbookmarkPost',
      tag: 'bookmarks',
      summary: 'Remove a bookmark',
      description: 'Also of a post that has been deleted meanwhile.',
      session: 'required',
      scope: 'act',
      params: PostParams,
      answers: { 204: NoContent },
      refuses: ['post_not_found'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, unbookmark)
      reply.code(204)
      return null
    },
  )

  app.get(
    '/me/bookmarks',
    operation({
      id: 'listBookmarks',
      tag: 'bookmarks',
      summary: 'List the posts you have bookmarked, newest bookmark first',
      description: 'Deleted posts are not among them.',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(PostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { data, nextCursor } = await page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['bookmarks', memberId],
        (slice) => bookmarksOf(db.lists, memberId, slice),
        ({ id }) => id,
      )
      return { data: (await postsOfBookmarks(db.lists, memberId, data)).map(postView), nextCursor }
    },
  )
}
