import type { FastifyReply, FastifyRequest } from 'fastify'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MemberParams, MemberSchema } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { memberView } from '../members/view.ts'
import { FOLLOWS_MAX, follow } from './follow.ts'
import { followedBy, followersOf, keyOf } from './store.ts'

export async function followsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  async function turn(name: string, followerId: string, on: boolean): Promise<void> {
    const followee = await findMember(db.pool, name)
    if (!followee) throw problem('member_not_found')
    const result = await follow(db.pool, { followerId, followeeId: followee.id, on })
    if (result.ok) return
    if (result.code !== 'too_many_follows') throw problem(result.code)
    throw problem(
      result.code,
      `You follow ${FOLLOWS_MAX} members, the most there may be: stop following one first.`,
    )
  }

  app.put(
    '/members/:id/follow',
    operation({
      id: 'followMember',
      tag: 'follows',
      summary: 'Follow a member',
      description: 'Their posts appear in your home feed. Following twice is following once.',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_follow', 'blocked', 'suspended', 'too_many_follows'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, true)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/members/:id/follow',
    operation({
      id: 'unfollowMember',
      tag: 'follows',
      summary: 'No longer follow a member',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_follow'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, false)
      reply.code(204)
      return null
    },
  )

  async function list(
    request: FastifyRequest,
    reply: FastifyReply,
    name: 'followers' | 'following',
    fetch: typeof followersOf,
  ) {
    const member = await findMember(db.pool, (request.params as { id: string }).id)
    if (!member) throw problem('member_not_found')
    const means = { cursors, publicUrl: config.publicUrl }
    const { data, nextCursor } = await page(
      request,
      reply,
      means,
      [name, member.id],
      (slice) => fetch(db.pool, member.id, slice),
      keyOf,
    )
    return { data: data.map(memberView), nextCursor }
  }

  app.get(
    '/members/:id/followers',
    operation({
      id: 'listFollowers',
      tag: 'follows',
      summary: 'List who follows a member, newest first',
      description: 'For everybody to see, like the page of the member.',
      session: 'optional',
      params: MemberParams,
      query: ListQuery,
      answers: { 200: listOf(MemberSchema) },
      refuses: ['member_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => list(request, reply, 'followers', followersOf),
  )

  app.get(
    '/members/:id/following',
    operation({
      id: 'listFollowing',
      tag: 'follows',
      summary: 'List whom a member follows, newest first',
      description: 'For everybody to see, like the page of the member.',
      session: 'optional',
      params: MemberParams,
      query: ListQuery,
      answers: { 200: listOf(MemberSchema) },
      refuses: ['member_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => list(request, reply, 'following', followedBy),
  )
}
