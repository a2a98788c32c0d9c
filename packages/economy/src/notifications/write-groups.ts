import { newId, type Tx } from '@rivulet/db'
import { literal } from '../sql.ts'
import { type Written, writeDeliveries } from '../webhooks/write-deliveries.ts'
import { actorsOf } from './actors.ts'
import type { GroupChange } from './reaction-groups.ts'

/** So many actors of a group are named. */
export const NAMED_MAX = 3

/**
 * Writes what becomes of groups, whatever their number in as many statements. One that grows becomes the newest of its
 * member's notifications, with an id of now, and streams tell of it again; one that shrinks stays where it is. Webhooks
 * are told of those that begin, and of nothing after.
 */
export async function writeGroups(tx: Tx, changes: readonly GroupChange[]): Promise<void> {
  if (changes.length === 0) return
  await tx.query('delete from told_reactions where interaction_id = any ($1::uuid[])', [
    literal(changes.flatMap(({ off }) => off)),
  ])
  await tx.query(
    `insert into told_reactions (interaction_id, group_id) select * from unnest($1::uuid[], $2::uuid[])
     on conflict (interaction_id) do update set group_id = excluded.group_id`,
    [
      literal(changes.flatMap(({ on }) => on)),
      literal(changes.flatMap(({ on, groupId }) => on.map(() => groupId))),
    ],
  )
  await tx.query('delete from notifications where id = any ($1::uuid[])', [
    literal(changes.flatMap(({ id, count }) => (id !== undefined && count === 0 ? [id] : []))),
  ])
  await changeGroups(
    tx,
    changes.filter(({ id, count }) => id !== undefined && count > 0),
  )
  await beginGroups(
    tx,
    changes.filter(({ id }) => id === undefined),
  )
}

/** The newest actors of a group `g`, newest first. */
const NEWEST = `(
  select array_agg(newest.actor_id order by newest.id desc)
  from (select i.id, i.actor_id from told_reactions t join interactions i on i.id = t.interaction_id
        where t.group_id = g.group_id order by t.interaction_id desc limit ${NAMED_MAX}) newest)`

async function changeGroups(tx: Tx, changes: readonly GroupChange[]): Promise<void> {
  await tx.query(
    `update notifications n
     set count = g.count, actor_ids = ${NEWEST}, id = coalesce(g.new_id, n.id),
       created_at = case when g.new_id is null then n.created_at else now() end,
       xid = case when g.new_id is null then n.xid else pg_current_xact_id() end
     from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[]) as g (id, group_id, count, new_id)
     where n.id = g.id`,
    [
      literal(changes.map(({ id }) => id ?? null)),
      literal(changes.map(({ groupId }) => groupId)),
      literal(changes.map(({ count }) => count)),
      literal(changes.map(({ on }) => (on.length > 0 ? newId() : null))),
    ],
  )
}

async function beginGroups(tx: Tx, changes: readonly GroupChange[]): Promise<void> {
  const ids = changes.map(() => newId())
  const { rows } = await tx.query<{ id: string; actorIds: string[] }>(
    `insert into notifications (id, member_id, kind, ref_id, body, group_id, count, actor_ids)
     select g.id, g.member_id, g.kind, g.post_id, '{}', g.group_id, g.count, ${NEWEST}
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::int[])
       as g (id, member_id, kind, post_id, group_id, count)
     returning id, actor_ids as "actorIds"`,
    [
      literal(ids),
      literal(changes.map(({ memberId }) => memberId)),
      literal(changes.map(({ kind }) => kind)),
      literal(changes.map(({ postId }) => postId)),
      literal(changes.map(({ groupId }) => groupId)),
      literal(changes.map(({ count }) => count)),
    ],
  )
  const named = new Map(rows.map(({ id, actorIds }) => [id, actorIds]))
  const actors = await actorsOf(
    tx,
    rows.flatMap(({ actorIds }) => actorIds.map((actorId) => ({ actorId }))),
  )
  await writeDeliveries(
    tx,
    changes.map(({ memberId, kind, postId, count }, i): Written => {
      const id = ids[i] as string
      const actorIds = named.get(id) as string[]
      const body = { count, actors: actorIds.flatMap((actor) => actors.get(actor) ?? []) }
      return { id, memberId, kind, refId: postId, actorId: actorIds[0], body }
    }),
  )
}
