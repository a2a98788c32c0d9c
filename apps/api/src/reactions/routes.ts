import { isId } from '@rivulet/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MemberSchema } from '../members/schemas.ts'
import { memberView } from '../members/view.ts'
import { PostParams, PostSchema } from '../posts/schemas.ts'
import { postExists } from '../posts/store.ts'
import { postView } from '../posts/view.ts'
import { quotesOf, type Reaction, reactionsTo } from './store.ts'

const ORDER =
  'Newest first, by when they did so first. Whom you have blocked, or who has blocked you, is left out; the counter counts all.'

export async function reactionsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }

  /** @throws a problem where there is no such post */
  async function livePost(request: FastifyRequest): Promise<string> {
    const { id } = request.params as { id: string }
    if (!isId(id) || !(await postExists(db.pool, id))) throw problem('post_not_found')
    return id
  }

  async function members(request: FastifyRequest, reply: FastifyReply, kind: Reaction) {
    const id = await livePost(request)
    const viewerId = request.viewer?.memberId ?? null
    const { data, nextCursor } = await page(
      request,
      reply,
      means,
      [`${kind}s`, id],
      (slice) => reactionsTo(db.pool, kind, id, { viewerId, ...slice }),
      (row) => row.reaction_id,
    )
    return { data: data.map(memberView), nextCursor }
  }

  app.get(
    '/posts/:id/likes',
    operation({
      id: 'listLikes',
      tag: 'interactions',
      summary: 'List who likes a post',
      description: ORDER,
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: listOf(MemberSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => members(request, reply, 'like'),
  )

  app.get(
    '/posts/:id/reposts',
    operation({
      id: 'listReposts',
      tag: 'interactions',
      summary: 'List who has reposted a post',
      description: ORDER,
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: listOf(MemberSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => members(request, reply, 'repost'),
  )

  app.get(
    '/posts/:id/quotes',
    operation({
      id: 'listQuotes',
      tag: 'interactions',
      summary: 'List the posts that quote a post, newest first',
      description: 'Comments that quote it too. Those of a blocked pair are left out.',
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: listOf(PostSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const id = await livePost(request)
      const viewerId = request.viewer?.memberId ?? null
      return page(
        request,
        reply,
        means,
        ['quotes', id],
        async (slice) => (await quotesOf(db.pool, id, { viewerId, ...slice })).map(postView),
        (post) => post.id,
      )
    },
  )
}
