import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { follow } from './follow.ts'

export async function followsRoutes(app: App, { db }: Deps): Promise<void> {
  async function turn(name: string, followerId: string, on: boolean): Promise<void> {
    const followee = await findMember(db.pool, name)
    if (!followee) throw problem('member_not_found')
    const result = await follow(db.pool, { followerId, followeeId: followee.id, on })
    if (!result.ok) throw problem(result.code)
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
      refuses: ['member_not_found', 'self_follow', 'blocked'],
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
}
