import type { Pool, Tx } from '@rivulet/db'
import type { NotificationKind } from './notify-members.ts'

export type Notification = {
  id: string
  kind: NotificationKind
  refId: string
  body: Record<string, unknown>
  createdAt: Date
  readAt: Date | null
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A member's notifications, newest first. @param before the id of the last of the page before */
export async function notificationsOf(
  db: Pool | Tx,
  memberId: string,
  { before, take }: { before?: string | undefined; take: number },
): Promise<Notification[]> {
  const { rows } = await db.query<Notification>(
    `select id, kind, ref_id as "refId", body, created_at as "createdAt", read_at as "readAt"
     from notifications where member_id = $1 and id < $2 order by id desc limit $3`,
    [memberId, before ?? LAST, take],
  )
  return rows
}

/** Marks a member's notifications as read, up to this one. One that is read stays read since when it was. */
export async function markRead(
  db: Pool | Tx,
  { memberId, until }: { memberId: string; until: string },
): Promise<void> {
  await db.query(
    'update notifications set read_at = now() where member_id = $1 and id <= $2 and read_at is null',
    [memberId, until],
  )
}
