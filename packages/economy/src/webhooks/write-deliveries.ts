import { newId, notify, type Tx } from '@rivulet/db'
import { type Actor, actorsOf } from '../notifications/actors.ts'
import { NOTIFIED_OF } from '../notifications/kinds.ts'
import type { Notice } from '../notifications/notify-members.ts'
import { eventType, PING, WEBHOOKS_BELL, type WebhookEvent } from './rules.ts'

/** A notification that was written in this transaction. */
export type Written = Notice & { id: string }

type Delivery = { webhookId: string; eventId: string | null; event: WebhookEvent }

/**
 * Writes a delivery of each notification for each live webhook of its member that wants the kind, in the transaction that
 * wrote the notification: both are there or neither is. One statement, and three more when there are any, however many.
 *
 * No lock is waited for: a webhook that is deleted at the same moment leaves a delivery that the worker throws away.
 */
export async function writeDeliveries(tx: Tx, notices: readonly Written[]): Promise<void> {
  if (notices.length === 0) return
  const { rows } = await tx.query<{ id: string; memberId: string; events: string[]; at: Date }>({
    name: 'webhooks-of-members',
    // As the notifications' column rounds it.
    text: `select id, member_id as "memberId", events, now()::timestamptz(3) as at
           from webhooks where member_id = any($1::uuid[]) and enabled order by id`,
    values: [[...new Set(notices.map((notice) => notice.memberId))]],
  })
  if (rows.length === 0) return
  const actors = await actorsOf(tx, notices)
  const deliveries = rows.flatMap(({ id, memberId, events, at }) =>
    notices
      .filter((one) => one.memberId === memberId && (events.length === 0 || events.includes(one.kind)))
      .map((notice) => ({
        webhookId: id,
        eventId: notice.id,
        event: eventOf(notice, actors, at.toISOString()),
      })),
  )
  await insertDeliveries(tx, deliveries)
}

/** Writes the delivery of a ping for a webhook. @returns its id */
export async function writePing(tx: Tx, { webhookId, at }: { webhookId: string; at: Date }): Promise<string> {
  const event = { type: PING, timestamp: at.toISOString(), data: { webhookId } }
  const [id] = await insertDeliveries(tx, [{ webhookId, eventId: null, event }])
  return id as string
}

/** The notification as its member's list shows it when it is new. */
function eventOf(
  { id, kind, refId, body, actorId }: Written,
  actors: ReadonlyMap<string, Actor>,
  at: string,
): WebhookEvent {
  const data = {
    ...{ id, kind, ref: { type: NOTIFIED_OF[kind], id: refId } },
    actor: actorId === undefined ? null : (actors.get(actorId) ?? null),
    ...{ body, createdAt: at, readAt: null },
  }
  return { type: eventType(kind), timestamp: at, data }
}

async function insertDeliveries(tx: Tx, deliveries: readonly Delivery[]): Promise<string[]> {
  if (deliveries.length === 0) return []
  const ids = deliveries.map(() => newId())
  await tx.query(
    `insert into webhook_deliveries (id, webhook_id, event_id, type, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])`,
    [
      ids,
      deliveries.map((one) => one.webhookId),
      deliveries.map((one) => one.eventId),
      deliveries.map((one) => one.event.type),
      deliveries.map((one) => JSON.stringify(one.event)),
    ],
  )
  await notify(tx, WEBHOOKS_BELL)
  return ids
}
