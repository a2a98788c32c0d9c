import { isId, withTransaction } from '@rivulet/db'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { appeal } from './appeal.ts'
import { decide } from './decide.ts'
import { AppealSchema, DecisionSchema, JudgedAppealSchema, NewAppealSchema } from './schemas.ts'
import { appealsOf, openAppeals, presentAppeal, presentJudgedAppeal } from './store.ts'

const WHY = {
  action_not_found: 'actionId names no warning, removal or suspension that concerns you.',
  already_appealed: 'There is one appeal per action: GET /v1/me/appeals has it.',
  four_eyes: 'You took this action, so another moderator decides.',
} as const

/** Against an action, by whom it concerns; decided by somebody who did not take it. */
export async function appealsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }

  app.post(
    '/appeals',
    operation({
      id: 'createAppeal',
      tag: 'moderation',
      summary: 'Appeal against an action',
      description: 'Once per action: a warning, the removal of a post of yours, or your suspension.',
      session: 'required',
      scope: 'session',
      body: NewAppealSchema,
      answers: { 201: AppealSchema },
      refuses: ['action_not_found', 'already_appealed'],
    }),
    async (request, reply) => {
      const { actionId, text } = request.body
      if (!isId(actionId)) throw problem('action_not_found', WHY.action_not_found)
      const { memberId } = viewer(request)
      const result = await withTransaction(db.pool, (tx) => appeal(tx, { memberId, actionId, text }))
      if (!result.ok) throw problem(result.code, WHY[result.code])
      reply.code(201)
      return presentAppeal(result.appeal)
    },
  )

  app.get(
    '/me/appeals',
    operation({
      id: 'listAppeals',
      tag: 'moderation',
      summary: 'Your appeals, newest first',
      session: 'required',
      scope: 'session',
      query: ListQuery,
      answers: { 200: listOf(AppealSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        means,
        ['appeals', memberId],
        async (slice) => (await appealsOf(db.pool, memberId, slice)).map(presentAppeal),
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/admin/appeals',
    operation({
      id: 'listOpenAppeals',
      tag: 'moderation',
      summary: 'Appeals to decide, who waits longest first',
      session: 'required',
      scope: 'session',
      role: 'moderator',
      query: ListQuery,
      answers: { 200: listOf(JudgedAppealSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        means,
        ['open-appeals'],
        async (slice) => (await openAppeals(db.pool, slice)).map(presentJudgedAppeal),
        ({ id }) => id,
      )
    },
  )

  app.post(
    '/admin/appeals/:id/decision',
    operation({
      id: 'decideAppeal',
      tag: 'moderation',
      summary: 'Decide an appeal',
      description:
        'To overturn undoes the action at once, where it still stands. Who took it does not decide, unless nobody else could or they are an admin.',
      session: 'required',
      scope: 'session',
      role: 'moderator',
      params: z.strictObject({ id: Id }),
      body: DecisionSchema,
      answers: { 200: JudgedAppealSchema },
      refuses: ['appeal_not_found', 'already_decided', 'four_eyes'],
    }),
    async (request) => {
      const { id } = request.params
      if (!isId(id)) throw problem('appeal_not_found')
      const input = {
        actorId: viewer(request).memberId,
        appealId: id,
        ...request.body,
        requestId: request.id,
      }
      const result = await withTransaction(db.pool, (tx) => decide(tx, input))
      if (!result.ok) throw problem(result.code, result.code === 'four_eyes' ? WHY.four_eyes : result.detail)
      return presentJudgedAppeal(result.appeal)
    },
  )
}
