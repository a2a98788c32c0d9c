import type { Pool, Tx } from '@rivulet/db'
import { ACTORS, COUNT, IN_SIGHT } from './in-sight.ts'
import type { NotificationKind } from './kinds.ts'

export type Actor = { id: string; handle: string | null; displayName: string; address: string }

export type Notification = {
  id: string
  kind: NotificationKind
  refId: string
  /** Of a group: who reacted, the newest first and three at most, and how many did. */
  body: Record<string, unknown>
  /** Null: nobody did it, or it is not told who. Of a group: the newest. */
  actor: Actor | null
  createdAt: Date
  readAt: Date | null
}

/** The columns of a notification `n` and its actor `m`, who may be missing. */
export const WITH_ACTOR = `n.id, n.kind, n.ref_id as "refId", n.created_at as "createdAt", n.read_at as "readAt",
  case when n.actor_ids is null then n.body else jsonb_build_object('count', ${COUNT}, 'actors', ${ACTORS}) end as body,
  case when m.id is not null then
    json_build_object('id', m.id, 'handle', m.handle, 'displayName', m.display_name, 'address', m.address)
  end as actor`

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** What `unreadCount` counts to. */
export const UNREAD_COUNTED = 1_000

/**
 * A member's notifications, newest first. Those by somebody muted or blocked since are left out while they are.
 *
 * @param before the id of the last of the page before
 * @param kinds only these; undefined: all
 */
export async function notificationsOf(
  db: Pool | Tx,
  memberId: string,
  {
    before,
    take,
    kinds,
    unread = false,
  }: {
    before?: string | undefined
    take: number
    kinds?: readonly NotificationKind[] | undefined
    unread?: boolean
  },
): Promise<Notification[]> {
  const { rows } = await db.query<Notification>(
    `select ${WITH_ACTOR}
     from (select * from notifications n
           where member_id = $1 and id < $2 and ($4::text[] is null or kind = any($4))
             ${unread ? 'and read_at is null' : ''} and ${IN_SIGHT}
           order by id desc limit $3) n
     left join members m on m.id = n.actor_id
     order by n.id desc`,
    [memberId, before ?? LAST, take, kinds ?? null],
  )
  return rows
}

/** How many a member has not read, of those that are listed; `UNREAD_COUNTED` means that many or more. */
export async function unreadCount(db: Pool | Tx, memberId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count
     from (select from notifications n
           where member_id = $1 and read_at is null and ${IN_SIGHT}
           limit ${UNREAD_COUNTED}) unread`,
    [memberId],
  )
  return rows[0]!.count
}

/** Marks a member's notifications as read, up to this one. One that is read stays read since when it was. */
export async function markRead(
  db: Pool | Tx,
  { memberId, until }: { memberId: string; until: string },
): Promise<void> {
  // In one order, as the worker locks those that grow or are forgotten. What has grown meanwhile has a later id, and stays.
  await db.query(
    `update notifications set read_at = now()
     where id <= $2 and read_at is null and id = any (array(
       select id from notifications where member_id = $1 and id <= $2 and read_at is null order by id for update))`,
    [memberId, until],
  )
}
