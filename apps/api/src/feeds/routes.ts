import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { FeedPostSchema } from '../posts/schemas.ts'
import { homePosts, latestPosts, postsBy } from '../posts/store.ts'
import { feedPostView } from '../posts/view.ts'

const keyOf = (post: { id: string }) => post.id

/** Lists of top-level posts, newest first. */
export async function feedsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }

  app.get(
    '/feeds/latest',
    operation({
      id: 'listLatest',
      tag: 'feeds',
      summary: "List everybody's posts, newest first",
      session: 'optional',
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const viewerId = request.viewer?.memberId ?? null
      return page(
        request,
        reply,
        means,
        ['latest'],
        async (slice) => (await latestPosts(db.pool, { viewerId, ...slice })).map(feedPostView),
        keyOf,
      )
    },
  )

  app.get(
    '/feeds/home',
    operation({
      id: 'listHome',
      tag: 'feeds',
      summary: 'List your posts and those of whom you follow, newest first',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      return page(
        request,
        reply,
        means,
        ['home', memberId],
        async (slice) => (await homePosts(db.pool, memberId, slice)).map(feedPostView),
        keyOf,
      )
    },
  )

  app.get(
    '/members/:id/posts',
    operation({
      id: 'listMemberPosts',
      tag: 'feeds',
      summary: "List a member's posts, newest first",
      description: 'Comments are not among them: they stand below the posts they are on.',
      session: 'optional',
      params: MemberParams,
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['member_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const member = await findMember(db.pool, request.params.id)
      if (!member) throw problem('member_not_found')
      const viewerId = request.viewer?.memberId ?? null
      return page(
        request,
        reply,
        means,
        ['member-posts', member.id],
        async (slice) => (await postsBy(db.pool, member.id, { viewerId, ...slice })).map(feedPostView),
        keyOf,
      )
    },
  )
}
