import type { Tx } from '@rivulet/db'

/** What is new in a member's home feed. `count` may be more than there are `ids`; `more`: than were looked through. */
export type NewItems = { count: number; ids: string[]; more: boolean }

/** Most ids that are named, the newest. */
export const IDS_MAX = 100
/** Most new posts of the whole network that are looked through for a reader. */
const LOOKED_THROUGH = 10_000

/**
 * The new top-level posts by those a reader follows and has not muted, since the snapshot each has seen: one answer a
 * reader, in one statement.
 */
export async function feedSince(
  tx: Tx,
  readers: readonly { memberId: string; since: string }[],
): Promise<NewItems[]> {
  if (readers.length === 0) return []
  const { rows } = await tx.query<NewItems>({
    name: 'feed-since',
    text: `select found.count, found.more, found.ids
           from unnest($1::uuid[], $2::text[]::pg_snapshot[]) with ordinality as r (member_id, since, reader)
             cross join lateral (
               select count(*) filter (where shown)::int as count, count(*) > $3::int as more,
                 coalesce((array_agg(id order by id desc) filter (where shown))[1:$4::int], '{}') as ids
               from (
                 select p.id, p.deleted_at is null
                   and exists (select from follows f where f.follower_id = r.member_id and f.followee_id = p.author_id)
                   and not exists (
                     select from mutes m where m.muter_id = r.member_id and m.muted_id = p.author_id
                     union all
                     select from blocks b where b.blocker_id = r.member_id and b.blocked_id = p.author_id
                     union all
                     select from blocks b where b.blocker_id = p.author_id and b.blocked_id = r.member_id) as shown
                 from (
                   select id, author_id, deleted_at from posts
                   where reply_to is null and xid >= pg_snapshot_xmin(r.since)
                     and not pg_visible_in_snapshot(xid, r.since)
                   order by xid limit $3::int + 1) p
               ) looked_at
             ) found
           order by r.reader`,
    values: [readers.map((r) => r.memberId), readers.map((r) => r.since), LOOKED_THROUGH, IDS_MAX],
  })
  return rows
}
