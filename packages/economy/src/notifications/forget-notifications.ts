import type { Tx } from '@rivulet/db'
import { firstIdAt } from '../trending/rules.ts'

/** How long a notification is kept that was read, in days since it was written. */
export const READ_KEPT_DAYS = 90
/** How long any is kept. */
export const NOTIFICATIONS_KEPT_DAYS = 365

const DAY_MS = 86_400_000

/** Groups that are looked at for what is counted in them. */
const GROUPS = 100

/**
 * Forgets notifications that are too old, the oldest first, and what was counted in groups that have been read. A group
 * that nobody reads for so long is read first, so that what is counted in it is forgotten before it.
 *
 * @param limit most rows of each table
 * @param now milliseconds since 1970
 * @returns how many notifications were forgotten; `done` when nothing was left
 */
export async function forgetNotifications(
  tx: Tx,
  { limit, now = Date.now() }: { limit: number; now?: number },
): Promise<{ forgotten: number; done: boolean }> {
  const before = (days: number) => firstIdAt(now - days * DAY_MS)
  const read = await tx.query(
    `update notifications set read_at = now() where id = any (array(
       select id from notifications where id < $1 and group_id is not null and read_at is null
       order by id limit $2 for update skip locked))`,
    [before(NOTIFICATIONS_KEPT_DAYS), limit],
  )
  const closed = await closeGroups(tx, limit)
  const old = await tx.query(
    `delete from notifications where id = any (array(
       select id from notifications where id < $1 and group_id is null order by id limit $2 for update skip locked))`,
    [before(NOTIFICATIONS_KEPT_DAYS), limit],
  )
  const seen = await tx.query(
    `delete from notifications where id = any (array(
       select id from notifications where id < $1 and read_at is not null and group_id is null
       order by id limit $2 for update skip locked))`,
    [before(READ_KEPT_DAYS), limit],
  )
  const counts = [read, old, seen].map(({ rowCount }) => rowCount ?? 0)
  return {
    forgotten: (old.rowCount ?? 0) + (seen.rowCount ?? 0),
    done: closed === 0 && counts.every((count) => count < limit),
  }
}

/**
 * Forgets what is counted in groups that were read, as far as it has settled: what has not is looked at once more, and
 * would be told anew if it were forgotten.
 *
 * @returns how many rows changed
 */
async function closeGroups(tx: Tx, limit: number): Promise<number> {
  const { rows } = await tx.query<{ groupId: string }>(
    `select group_id as "groupId" from notifications where group_id is not null and read_at is not null
     order by group_id limit ${GROUPS}`,
  )
  if (rows.length === 0) return 0
  const groups = rows.map(({ groupId }) => groupId)
  // The group is asked for again: what was made again meanwhile is counted in another.
  const told = await tx.query(
    `delete from told_reactions where group_id = any ($1::uuid[]) and interaction_id = any (array(
       select interaction_id from told_reactions
       where group_id = any ($1::uuid[]) and interaction_id <= (select settled_to from reaction_position)
       order by group_id, interaction_id limit $2))`,
    [groups, limit],
  )
  const closed = await tx.query(
    `update notifications n set group_id = null
     where n.group_id = any ($1::uuid[]) and n.read_at is not null
       and not exists (select from told_reactions t where t.group_id = n.group_id)`,
    [groups],
  )
  return (told.rowCount ?? 0) + (closed.rowCount ?? 0)
}
