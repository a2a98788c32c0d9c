import type { Pool, Tx } from '@rivulet/db'
import type { AuditAct, AuditEntry } from './append-audit.ts'

export type AuditRow = {
  id: string
  at: Date
  actorId: string | null
  role: AuditEntry['role']
  act: AuditAct
  subjectType: AuditEntry['subject']['type']
  subjectId: string
  reason: string | null
  before: unknown
  after: unknown
  requestId: string | null
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * The audit log, newest first.
 * @param actorId only what this member did
 * @param own only what they did as a member, with no role
 * @param before the id of the last of the page before
 */
export async function auditRows(
  db: Pool | Tx,
  {
    actorId,
    own = false,
    before,
    take,
  }: { actorId?: string; own?: boolean; before: string | undefined; take: number },
): Promise<AuditRow[]> {
  const { rows } = await db.query<AuditRow>(
    `select id, at, actor_id as "actorId", role, act, subject_type as "subjectType", subject_id as "subjectId", reason,
            before, after, request_id as "requestId"
     from audit_log
     where id < $1 ${actorId === undefined ? '' : 'and actor_id = $3'} ${own ? `and role = 'member'` : ''}
     order by id desc limit $2`,
    [before ?? LAST, take, ...(actorId === undefined ? [] : [actorId])],
  )
  return rows
}
