import { NOTIFIED_OF, type Notification } from '@rivulet/economy'
import type { z } from 'zod'
import type { NotificationAnswer } from './schemas.ts'

/** A notification as clients see it. Its body was written as they see it when it happened. */
export function presentNotification(one: Notification): z.infer<typeof NotificationAnswer> {
  return {
    id: one.id,
    kind: one.kind,
    ref: { type: NOTIFIED_OF[one.kind], id: one.refId },
    actor: one.actor ?? newestOf(one.body.actors),
    body: one.body,
    createdAt: one.createdAt.toISOString(),
    readAt: one.readAt?.toISOString() ?? null,
  } as z.infer<typeof NotificationAnswer>
}

/** Of a group it is the newest of those that are named. */
const newestOf = (actors: unknown): unknown => (Array.isArray(actors) ? (actors[0] ?? null) : null)
