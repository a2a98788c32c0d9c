import { gathered } from '@rivulet/db'
import { recordServings, type Serving } from '@rivulet/economy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import type { ListName } from '../lists/cursor.ts'
import { ListQuery, listOf, page, type Slice } from '../lists/list.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { FeedPostSchema } from '../posts/schemas.ts'
import type { PostRow } from '../posts/store.ts'
import { feedPostView } from '../posts/view.ts'
import { keyOf, servingOf } from './items.ts'
import { homeFeed, latestFeed, memberFeed } from './store.ts'

/** Lists of top-level posts and of what was shared, newest first. What a member is handed is remembered before. */
export async function feedsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }
  const remember = gathered<Serving, void>(async (servings) => {
    await recordServings(db.pool, servings)
    return []
  })

  async function feed(
    request: FastifyRequest,
    reply: FastifyReply,
    list: ListName,
    fetch: (slice: Slice) => Promise<PostRow[]>,
  ) {
    const { data, nextCursor } = await page(request, reply, means, list, fetch, keyOf)
    if (request.viewer && data.length > 0) await remember(servingOf(request.viewer.memberId, data))
    return { data: data.map(feedPostView), nextCursor }
  }

  app.get(
    '/feeds/latest',
    operation({
      id: 'listLatest',
      tag: 'feeds',
      summary: "List everybody's posts, newest first",
      description: 'Not those by whom you have blocked, were blocked by, or have muted.',
      session: 'optional',
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const viewerId = request.viewer?.memberId ?? null
      return feed(request, reply, ['latest'], (slice) => latestFeed(db.pool, { viewerId, ...slice }))
    },
  )

  app.get(
    '/feeds/home',
    operation({
      id: 'listHome',
      tag: 'feeds',
      summary: 'List your posts, and posts and reposts of those whom you follow, newest first',
      description:
        'A repost stands where it was made, with `via`. A post that several reposted is there once for each. Nothing by ' +
        'whom you have muted, and nothing they reposted.',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      return feed(request, reply, ['home', memberId], (slice) => homeFeed(db.pool, memberId, slice))
    },
  )

  app.get(
    '/members/:id/posts',
    operation({
      id: 'listMemberPosts',
      tag: 'feeds',
      summary: "List a member's posts and reposts, newest first",
      description: 'Their comments are not among them: they stand below the posts they are on.',
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
      return feed(request, reply, ['member-posts', member.id], (slice) =>
        memberFeed(db.pool, member.id, { viewerId, ...slice }),
      )
    },
  )
}
