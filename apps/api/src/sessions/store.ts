import { type Pool, withTransaction } from '@rivulet/db'
import { appendAudit } from '@rivulet/economy'
import type { Slice } from '../lists/list.ts'

export type SessionRow = {
  id: string
  createdAt: Date
  /** When it began, where it has not been used since the minute of that. */
  lastUsedAt: Date
  expiresAt: Date
  userAgent: string | null
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A member's sessions that have not ended, newest first. */
export async function sessionsOf(
  pool: Pool,
  memberId: string,
  { after, take }: Slice,
): Promise<SessionRow[]> {
  const { rows } = await pool.query<SessionRow>({
    name: 'sessions-of',
    text: `select id, created_at as "createdAt", coalesce(last_used_at, created_at) as "lastUsedAt",
                  expires_at as "expiresAt", user_agent as "userAgent"
           from sessions where member_id = $1 and expires_at > now() and id < $2 order by id desc limit $3`,
    values: [memberId, after ?? LAST, take],
  })
  return rows
}

/** Ends a session of this member's, at once and for all processes: none keeps what it knows of one. */
export function revokeSession(
  pool: Pool,
  { memberId, id, requestId }: { memberId: string; id: string; requestId: string },
): Promise<{ ok: true } | { ok: false; code: 'session_not_found' }> {
  return withTransaction(pool, async (tx) => {
    const { rowCount } = await tx.query(
      'delete from sessions where id = $1 and member_id = $2 and expires_at > now()',
      [id, memberId],
    )
    if (rowCount !== 1) return { ok: false, code: 'session_not_found' }
    await appendAudit(tx, [
      {
        actorId: memberId,
        role: 'member',
        act: 'session.revoke',
        subject: { type: 'session', id },
        requestId,
      },
    ])
    return { ok: true }
  })
}

/**
 * Ends all sessions of a member's but this one. Where two ask it of each other at once one stays: both lock all of them
 * in order of id, and who comes second has ended meanwhile, and ends nobody. `ended`: that is what happened.
 */
export function revokeOtherSessions(
  pool: Pool,
  { memberId, own, requestId }: { memberId: string; own: string | null; requestId: string },
): Promise<{ ok: true } | { ok: false; code: 'ended' }> {
  return withTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ here: boolean; ended: number }>(
      `with mine as materialized (
       select id from sessions where member_id = $1 and expires_at > now() order by id for update
     ), gone as (
       delete from sessions
       where id in (select id from mine where id <> $2) and exists (select from mine where id = $2)
       returning id
     )
     select exists (select from mine where id = $2) as here, (select count(*) from gone)::int as ended`,
      [memberId, own],
    )
    const { here, ended } = rows[0]!
    if (!here) return { ok: false, code: 'ended' }
    if (ended > 0)
      await appendAudit(tx, [
        {
          ...{ actorId: memberId, role: 'member', act: 'session.revoke_others' },
          ...{ subject: { type: 'member', id: memberId }, after: { ended }, requestId },
        },
      ])
    return { ok: true }
  })
}
