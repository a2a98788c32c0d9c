import { withTransaction } from '@rivulet/db'
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
import { MUTES_MAX, mute, mutedBy, unmute } from './store.ts'

export async function mutesRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  async function pairOf(name: string, muterId: string) {
    const muted = await findMember(db.pool, name)
    if (!muted) throw problem('member_not_found')
    if (muted.id === muterId) throw problem('self_mute')
    return { muterId, mutedId: muted.id }
  }

  app.put(
    '/members/:id/mute',
    operation({
      id: 'muteMember',
      tag: 'mutes',
      summary: 'Mute a member',
      description:
        'What they write and repost is left out of your home, latest and trending feeds, also when somebody else reposts ' +
        'it. Their own page, threads and posts you ask for by id are as before. They are not told, see no difference, ' +
        'and earn what they earned. Muting twice is muting once.',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_mute', 'too_many_mutes'],
    }),
    async (request, reply) => {
      const pair = await pairOf(request.params.id, viewer(request).memberId)
      const result = await withTransaction(db.pool, (tx) => mute(tx, pair))
      if (!result.ok)
        throw problem(
          result.code,
          `You have muted ${MUTES_MAX} members, the most there may be: take one back first.`,
        )
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/members/:id/mute',
    operation({
      id: 'unmuteMember',
      tag: 'mutes',
      summary: 'Take a mute back',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_mute'],
    }),
    async (request, reply) => {
      await unmute(db.pool, await pairOf(request.params.id, viewer(request).memberId))
      reply.code(204)
      return null
    },
  )

  app.get(
    '/me/mutes',
    operation({
      id: 'listMutes',
      tag: 'mutes',
      summary: 'List the members you have muted',
      session: 'required',
      query: ListQuery,
      answers: { 200: listOf(MemberSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['mutes', memberId],
        async (slice) => (await mutedBy(db.pool, memberId, slice)).map(memberView),
        (member) => member.id,
      )
    },
  )
}
