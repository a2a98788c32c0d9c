import { isId } from '@rivulet/db'
import { markRead, notificationsOf } from '@rivulet/economy'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { presentNotification } from './present.ts'
import { NotificationAnswer, ReadBody } from './schemas.ts'

const NOT_AN_ID = 'must be the id of a notification'

/** What happened to what is a member's, as it happened. */
export async function notificationsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, cursors, config } = deps
  const about = { tag: 'notifications', session: 'required' } as const

  app.get(
    '/notifications',
    operation({
      ...about,
      id: 'listNotifications',
      summary: 'What you are told, newest first',
      description:
        'One of kind `withdrawal` for each state that a withdrawal of yours comes to, of kind `webhook` where one was disabled.',
      query: ListQuery,
      answers: { 200: listOf(NotificationAnswer) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['notifications', memberId],
        async ({ after, take }) =>
          (await notificationsOf(db.pool, memberId, { before: after, take })).map(presentNotification),
        ({ id }) => id,
      )
    },
  )

  app.post(
    '/notifications/read',
    operation({
      ...about,
      id: 'readNotifications',
      summary: 'Mark what you have read',
      description: 'This notification and all before it have their `readAt` from now on.',
      scope: 'session',
      body: ReadBody,
      answers: { 204: NoContent },
    }),
    async (request, reply) => {
      const { until } = request.body
      if (!isId(until))
        throw problem('validation_failed', `until: ${NOT_AN_ID}`, {
          faults: [{ pointer: '#/until', detail: NOT_AN_ID }],
        })
      await markRead(db.pool, { memberId: viewer(request).memberId, until })
      reply.code(204)
      return null
    },
  )
}
