import { withTransaction } from '@rivulet/db'
import { BLOCKS_MAX, block, unblock } from '@rivulet/economy'
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
import { blockedBy } from './store.ts'

export async function blocksRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  async function turn(name: string, blockerId: string, verb: typeof block): Promise<void> {
    const blocked = await findMember(db.pool, name)
    if (!blocked) throw problem('member_not_found')
    const result = await withTransaction(db.pool, (tx) => verb(tx, { blockerId, blockedId: blocked.id }))
    if (result.ok) return
    if (result.code !== 'too_many_blocks') throw problem(result.code)
    throw problem(
      result.code,
      `You have blocked ${BLOCKS_MAX} members, the most there may be: take one back first.`,
    )
  }

  app.put(
    '/members/:id/block',
    operation({
      id: 'blockMember',
      tag: 'blocks',
      summary: 'Block a member',
      description:
        'From now on neither of you follows, likes, comments on, tips or unlocks what is by the other. Follows between ' +
        'you end, and consents to be listed in splits. Blocking twice is blocking once.',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_block', 'too_many_blocks'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, block)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/members/:id/block',
    operation({
      id: 'unblockMember',
      tag: 'blocks',
      summary: 'Take a block back',
      description: 'A block of theirs stands. Follows that the block ended do not begin again.',
      session: 'required',
      scope: 'act',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_block'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, unblock)
      reply.code(204)
      return null
    },
  )

  app.get(
    '/me/blocks',
    operation({
      id: 'listBlocks',
      tag: 'blocks',
      summary: 'List the members you have blocked',
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
        ['blocks', memberId],
        async (slice) => (await blockedBy(db.pool, memberId, slice)).map(memberView),
        (member) => member.id,
      )
    },
  )
}
