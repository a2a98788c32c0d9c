import { newId, type Tx } from '@rivulet/db'
import { writeDeliveries } from '../webhooks/write-deliveries.ts'
import { IS_WISHED } from './in-sight.ts'
import type { NotificationKind } from './kinds.ts'

/** What a member is told: that something of `kind` happened to what `refId` names. `body` is JSON, as clients read it. */
export type Notice = {
  memberId: string
  kind: NotificationKind
  refId: string
  body: object
  /** Who did it. Left out where nobody did, or where it is not to be told. */
  actorId?: string | undefined
}

/**
 * Tells members, and their webhooks, in the transaction of what they are told of: all are there or none is. This is the only door by
 * which a notification is written, but for those of likes and reposts (`tellReactions`).
 *
 * Nobody is told of what they did themselves, of what somebody did whom they have muted or who is blocked in either
 * direction, or of what their preferences leave out. A follow is told once while it is unread, however often it is
 * taken back and made again.
 */
export async function notifyMembers(tx: Tx, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return
  const ids = notices.map(() => newId())
  const { rows } = await tx.query<{ id: string }>(
    `insert into notifications (id, member_id, kind, ref_id, body, actor_id)
     select n.*
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::jsonb[], $6::uuid[])
       as n (id, member_id, kind, ref_id, body, actor_id)
       left join notification_preferences p on p.member_id = n.member_id and p.kind = n.kind
     where ${IS_WISHED}
     on conflict do nothing returning id`,
    [
      ids,
      notices.map((n) => n.memberId),
      notices.map((n) => n.kind),
      notices.map((n) => n.refId),
      notices.map((n) => JSON.stringify(n.body)),
      notices.map((n) => n.actorId ?? null),
    ],
  )
  const written = new Set(rows.map(({ id }) => id))
  await writeDeliveries(
    tx,
    notices.flatMap((notice, i) => (written.has(ids[i]!) ? [{ ...notice, id: ids[i]! }] : [])),
  )
}
