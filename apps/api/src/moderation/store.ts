import type { Tx } from '@rivulet/db'
import type { Subject } from './rules.ts'

export type LockedPost = {
  authorId: string
  replyTo: string | null
  state: 'live' | 'removed' | 'deleted'
  removedBy: string | null
}

/** Locks a post, and what it is a comment on, in order of id as a like and a deletion do. */
export async function lockPost(tx: Tx, id: string): Promise<LockedPost | undefined> {
  await tx.query(
    `select from posts
     where id = $1 or id = (select reply_to from posts where id = $1) order by id for no key update`,
    [id],
  )
  const { rows } = await tx.query<LockedPost>(
    `select author_id as "authorId", reply_to as "replyTo", removed_by as "removedBy",
            case when deleted_at is null then 'live' when removed_by is null then 'deleted' else 'removed' end as state
     from posts where id = $1`,
    [id],
  )
  return rows[0]
}

/** Takes a post away from everybody, or gives it back; its counters with it, its money never. */
export async function turnPost(
  tx: Tx,
  id: string,
  { authorId, replyTo }: LockedPost,
  removedBy: string | null,
): Promise<void> {
  await tx.query(
    'update posts set removed_by = $2::uuid, deleted_at = case when $2::uuid is not null then now() end where id = $1',
    [id, removedBy],
  )
  const by = removedBy === null ? 1 : -1
  if (replyTo === null)
    await tx.query('update members set posts_count = posts_count + $2 where id = $1', [authorId, by])
  else await tx.query('update posts set comments_count = comments_count + $2 where id = $1', [replyTo, by])
}

export type SuspensionRow = { suspended: boolean; until: Date | null; by: string | null; now: Date }

export async function suspensionOf(tx: Tx, memberId: string): Promise<SuspensionRow> {
  const { rows } = await tx.query<SuspensionRow>(
    `select suspended_at is not null as suspended, suspended_until as until, suspended_by as by, now() as now
     from members where id = $1`,
    [memberId],
  )
  return rows[0]!
}

/** Suspends, or with `by` null lifts. `suspended_at` is the one thing that everything else asks. */
export async function turnSuspension(
  tx: Tx,
  memberId: string,
  { by, until }: { by: string | null; until: Date | null },
): Promise<void> {
  await tx.query(
    `update members set suspended_by = $2::uuid, suspended_until = $3,
       suspended_at = case when $2::uuid is not null then coalesce(suspended_at, now()) end
     where id = $1`,
    [memberId, by, until],
  )
}

/** The open reports on a subject, locked in order of id. @param only of these alone */
export async function lockOpenReports(tx: Tx, subject: Subject, only?: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from reports
     where subject_id = $1 and action_id is null and ($2::uuid[] is null or id = any($2::uuid[]))
     order by id for no key update`,
    [subject.id, only ?? null],
  )
  return rows.map(({ id }) => id)
}

export async function resolveReports(tx: Tx, reportIds: readonly string[], actionId: string): Promise<void> {
  await tx.query('update reports set action_id = $2 where id = any($1::uuid[])', [reportIds, actionId])
}
