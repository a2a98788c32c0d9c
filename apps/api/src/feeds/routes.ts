import { WINDOWS } from '@rivulet/economy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import type { ListName } from '../lists/cursor.ts'
import { ListQuery, listOf, page, type Slice } from '../lists/list.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { FeedPostSchema, Tag } from '../posts/schemas.ts'
import type { PostRow } from '../posts/store.ts'
import { feedPostView } from '../posts/view.ts'
import { homeFeed } from './home.ts'
import { keyOf } from './items.ts'
import { latestFeed } from './latest.ts'
import { memberFeed } from './member.ts'
import { remembering } from './remember.ts'
import { tagFeed } from './tag.ts'
import { placeOf, trendingFeed } from './trending.ts'

const TrendingQuery = ListQuery.extend({
  window: z.enum(WINDOWS, `must be one of ${WINDOWS.join(', ')}`).default('24h'),
})

const TagParams = z.strictObject({ tag: Tag })

/** Lists of top-level posts and of what was shared, newest first. What a member is handed is remembered before. */
export async function feedsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }
  const remember = remembering(db.pool)

  async function feed<Row extends PostRow>(
    request: FastifyRequest,
    reply: FastifyReply,
    list: ListName,
    fetch: (slice: Slice) => Promise<Row[]>,
    keyOfRow: (row: Row) => string = keyOf,
  ) {
    const { data, nextCursor } = await page(request, reply, means, list, fetch, keyOfRow)
    await remember(request.viewer?.memberId ?? null, data)
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
      return feed(request, reply, ['latest'], (slice) => latestFeed(db.lists, { viewerId, ...slice }))
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
      return feed(request, reply, ['home', memberId], (slice) => homeFeed(db.lists, memberId, slice))
    },
  )

  app.get(
    '/feeds/trending',
    operation({
      id: 'listTrending',
      tag: 'feeds',
      summary: 'List the posts that most members paid for lately',
      description:
        'By how many members spent something of their own on it within the window, each counted once and the less the longer ' +
        'ago; not by money. Pages are of one moment: after an hour a cursor is none any more. Not those by whom you have ' +
        'blocked, were blocked by, or have muted.',
      session: 'optional',
      query: TrendingQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const viewerId = request.viewer?.memberId ?? null
      const { window } = request.query
      const fetch = async (slice: Slice) => {
        const found = await trendingFeed(db.lists, window, { viewerId, ...slice })
        if (!found.ok) throw problem(found.code, 'What was trending then is no longer kept: begin again.')
        return found.rows
      }
      return feed(request, reply, ['trending', window], fetch, placeOf)
    },
  )

  app.get(
    '/feeds/tags/:tag',
    operation({
      id: 'listTag',
      tag: 'feeds',
      summary: 'List the posts with a tag, newest first',
      description:
        'However the tag is written: case and forms of the same character make no difference. Not those by whom you have ' +
        'blocked, were blocked by, or have muted.',
      session: 'optional',
      params: TagParams,
      query: ListQuery,
      answers: { 200: listOf(FeedPostSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const viewerId = request.viewer?.memberId ?? null
      const { tag } = request.params
      return feed(request, reply, ['tag', tag], (slice) => tagFeed(db.lists, tag, { viewerId, ...slice }))
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
        memberFeed(db.lists, member.id, { viewerId, ...slice }),
      )
    },
  )
}
