import { newId, type Tx } from '@rivulet/db'
import { writeDeliveries } from '../webhooks/write-deliveries.ts'

/** What a member is told: that something of `kind` happened to what `refId` names. `body` is JSON, as clients read it. */
export type Notice = { memberId: string; kind: NotificationKind; refId: string; body: object }

/** Every kind of notification there is, which is also the type of what it is about. */
export const NOTIFICATION_KINDS = ['withdrawal', 'webhook'] as const

export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** Tells members, and their webhooks, in the transaction of what they are told of: all are there or none is. */
export async function notifyMembers(tx: Tx, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return
  const ids = notices.map(() => newId())
  await tx.query(
    `insert into notifications (id, member_id, kind, ref_id, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::jsonb[])`,
    [
      ids,
      notices.map((n) => n.memberId),
      notices.map((n) => n.kind),
      notices.map((n) => n.refId),
      notices.map((n) => JSON.stringify(n.body)),
    ],
  )
  await writeDeliveries(
    tx,
    notices.map((notice, i) => ({ ...notice, id: ids[i] as string })),
  )
}
