import type { Tx } from '@rivulet/db'
import { literal } from '../sql.ts'
import { IN_SIGHT } from './in-sight.ts'
import { type Notification, WITH_ACTOR } from './store.ts'

/**
 * What a reader of a stream has not seen yet: what was written since the snapshot `since`; of that which the snapshot
 * `until` saw as well, only what is behind the notification `after`. Snapshots are `pg_snapshot`s as text.
 */
export type Unseen = {
  memberId: string
  since: string
  until?: string | undefined
  after?: string | undefined
}

/** `isRest`: the snapshot `until` saw it as well. Those come first. */
export type UnseenNotification = Notification & { isRest: boolean }

/**
 * The notifications each of these readers has not seen, as far as this transaction sees, the rest of what was begun first, each in order of id: one list
 * a reader, in one statement. Those by somebody muted or blocked are left out.
 *
 * An id says when a row was made and not when it was committed, so ids alone would leave gaps. A row carries its
 * transaction instead, and a snapshot knows exactly which transactions it saw (PostgreSQL, "Transaction ID and Snapshot
 * Information Functions").
 *
 * @param most of each; one more is answered where there is more
 */
export async function notificationsSince(
  tx: Tx,
  readers: readonly Unseen[],
  most: number,
): Promise<UnseenNotification[][]> {
  const lists = readers.map((): UnseenNotification[] => [])
  if (readers.length === 0) return lists
  const { rows } = await tx.query<UnseenNotification & { reader: number }>({
    name: 'notifications-since',
    text: `select r.reader::int as reader, n.is_rest as "isRest", ${WITH_ACTOR}
           from unnest($1::uuid[], $2::text[]::pg_snapshot[], $3::text[]::pg_snapshot[], $4::uuid[])
             with ordinality as r (member_id, since, until, after, reader)
             cross join lateral (
               select *, coalesce(pg_visible_in_snapshot(n.xid, r.until), false) as is_rest from notifications n
               where n.member_id = r.member_id and n.xid >= pg_snapshot_xmin(r.since)
                 and not pg_visible_in_snapshot(n.xid, r.since)
                 and (r.until is null or not pg_visible_in_snapshot(n.xid, r.until) or n.id > r.after)
                 and ${IN_SIGHT}
               order by n.xid limit $5
             ) n
             left join members m on m.id = n.actor_id
           order by r.reader, n.is_rest desc, n.id`,
    values: [
      literal(readers.map((r) => r.memberId)),
      readers.map((r) => r.since),
      readers.map((r) => r.until ?? null),
      literal(readers.map((r) => r.after ?? null)),
      most + 1,
    ],
  })
  for (const { reader, ...notification } of rows) lists[reader - 1]!.push(notification)
  return lists
}
