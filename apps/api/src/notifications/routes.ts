import { isId } from '@rivulet/db'
import {
  markRead,
  NOTIFICATIONS_KEPT_DAYS,
  notificationsOf,
  type Preferences,
  prefer,
  preferencesOf,
  READ_KEPT_DAYS,
  unreadCount,
} from '@rivulet/economy'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { listOf, page } from '../lists/list.ts'
import { presentNotification } from './present.ts'
import {
  kindsOf,
  NotificationAnswer,
  NotificationsQuery,
  PreferencesAnswer,
  PreferencesBody,
  ReadBody,
  UnreadCount,
} from './schemas.ts'

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
        'In the order in which they were written. Never of what you did yourself, and nothing by whom you have muted ' +
        'or who is blocked. One of kind `withdrawal` for each state that a withdrawal of yours comes to, one of `moderation` for each thing that a moderator did about you or your posts, one of `webhook` where one of yours was disabled. ' +
        'Of kinds `like` and `repost` one for each post with all that came to it since you last read it: it moves up and gets another `id` when it grows. ' +
        `What you have read is kept for ${READ_KEPT_DAYS} days, anything for ${NOTIFICATIONS_KEPT_DAYS}.`,
      query: NotificationsQuery,
      answers: { 200: listOf(NotificationAnswer) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const kinds = kindsOf(request.query.types)
      const unread = request.query.unread === 'true'
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['notifications', memberId, kinds?.join() ?? '', String(unread)],
        async ({ after, take }) =>
          (await notificationsOf(db.pool, memberId, { before: after, take, kinds, unread })).map(
            presentNotification,
          ),
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/notifications/unread-count',
    operation({
      ...about,
      id: 'countUnreadNotifications',
      summary: 'How many you have not read',
      answers: { 200: UnreadCount },
    }),
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store')
      return { count: await unreadCount(db.pool, viewer(request).memberId) }
    },
  )

  app.get(
    '/notifications/preferences',
    operation({
      ...about,
      id: 'getNotificationPreferences',
      summary: 'What you wish to be told',
      answers: { 200: PreferencesAnswer },
    }),
    async (request) => ({ kinds: await preferencesOf(db.pool, viewer(request).memberId) }),
  )

  app.put(
    '/notifications/preferences',
    operation({
      ...about,
      id: 'setNotificationPreferences',
      summary: 'Say what you wish to be told',
      description:
        'From the next notification on. Kinds that are left out stay as they are; those of withdrawals and of moderators are always told.',
      scope: 'session',
      body: PreferencesBody,
      answers: { 200: PreferencesAnswer },
    }),
    async (request) => {
      const { memberId } = viewer(request)
      await prefer(db.pool, { memberId, kinds: request.body.kinds as Partial<Preferences> })
      return { kinds: await preferencesOf(db.pool, memberId) }
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
