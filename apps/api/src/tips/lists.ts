import { isId } from '@rivulet/db'
import { type ReceivedTip, tipsTo } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Address, AmountOut, Id, Time } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { findMember } from '../members/store.ts'
import { postExists } from '../posts/store.ts'

const ReceivedTipSchema = z
  .object({
    id: Id,
    postId: Id.nullable(),
    from: z
      .object({ id: Id, handle: z.string().nullable(), displayName: z.string(), address: Address })
      .nullable()
      .meta({
        description: 'Null when it was given anonymously: then only its giver and its receiver see who.',
      }),
    amount: AmountOut.meta({ description: 'With the fee.' }),
    message: z.string().nullable(),
    createdAt: Time,
  })
  .meta({ id: 'ReceivedTip' })

const Params = z.strictObject({ id: Id })

/** Tips as the receiver's public sees them. */
export async function tipListRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }
  const list = (
    request: FastifyRequest,
    reply: FastifyReply,
    to: { postId: string } | { memberId: string },
  ) => {
    const viewerId = request.viewer?.memberId ?? null
    const name = 'postId' in to ? (['post tips', to.postId] as const) : (['tips', to.memberId] as const)
    return page(
      request,
      reply,
      means,
      name,
      async ({ after, take }) => (await tipsTo(db.pool, to, { viewerId, before: after, take })).map(present),
      (tip) => tip.id,
    )
  }

  app.get(
    '/posts/:id/tips',
    operation({
      id: 'listPostTips',
      tag: 'tips',
      summary: 'Tips on a post, newest first',
      session: 'optional',
      params: Params,
      query: ListQuery,
      answers: { 200: listOf(ReceivedTipSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id) || !(await postExists(db.pool, id))) throw problem('post_not_found')
      return list(request, reply, { postId: id })
    },
  )

  app.get(
    '/members/:id/tips',
    operation({
      id: 'listMemberTips',
      tag: 'tips',
      summary: 'Tips to a member, by themselves and on their posts, newest first',
      session: 'optional',
      params: Params,
      query: ListQuery,
      answers: { 200: listOf(ReceivedTipSchema) },
      refuses: ['member_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const member = await findMember(db.pool, request.params.id)
      if (!member) throw problem('member_not_found')
      return list(request, reply, { memberId: member.id })
    },
  )
}

function present({ amount, createdAt, ...tip }: ReceivedTip): z.infer<typeof ReceivedTipSchema> {
  return { ...tip, amount: formatAmount(amount), createdAt: createdAt.toISOString() }
}
