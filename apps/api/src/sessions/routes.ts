import { isId } from '@rivulet/db'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id, NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { SessionItemSchema, sessionView } from './schemas.ts'
import { revokeOtherSessions, revokeSession, sessionsOf } from './store.ts'

/** A member's sessions: listed and revoked in person only. */
export async function sessionsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.get(
    '/me/sessions',
    operation({
      id: 'listSessions',
      tag: 'auth',
      summary: 'Your sessions, newest first',
      description: 'Those that have not ended; never their tokens.',
      session: 'required',
      scope: 'session',
      query: ListQuery,
      answers: { 200: listOf(SessionItemSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId, sessionId } = viewer(request)
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['sessions', memberId],
        async (slice) =>
          (await sessionsOf(db.pool, memberId, slice)).map((row) => sessionView(row, sessionId)),
        (session) => session.id,
      )
    },
  )

  app.delete(
    '/me/sessions/:id',
    operation({
      id: 'revokeSession',
      tag: 'auth',
      summary: 'End one of your sessions',
      description: 'It ends at once. Ending the one that asks signs out.',
      session: 'required',
      scope: 'session',
      params: z.strictObject({ id: Id }),
      answers: { 204: NoContent },
      refuses: ['session_not_found'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('session_not_found')
      const result = await revokeSession(db.pool, {
        ...{ memberId: viewer(request).memberId, id, requestId: request.id },
      })
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/me/sessions',
    operation({
      id: 'revokeOtherSessions',
      tag: 'auth',
      summary: 'End all your sessions but this one',
      description: 'They end at once. API keys go on: revoke them by themselves.',
      session: 'required',
      scope: 'session',
      answers: { 204: NoContent },
    }),
    async (request, reply) => {
      const { memberId, sessionId } = viewer(request)
      const result = await revokeOtherSessions(db.pool, {
        ...{ memberId, own: sessionId, requestId: request.id },
      })
      if (!result.ok) throw problem('unauthenticated', 'This session has been ended by another.')
      reply.code(204)
      return null
    },
  )
}
