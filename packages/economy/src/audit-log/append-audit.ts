import { newId, type Tx } from '@rivulet/db'

/** Every act that leaves a row: privileged ones, and what a member did to what guards their own account. */
export const AUDIT_ACTS = [
  ...['role.grant', 'role.revoke', 'suspension.end', 'appeal.uphold', 'appeal.overturn'],
  ...['moderation.dismiss', 'moderation.warn', 'moderation.remove_post', 'moderation.restore_post'],
  ...['moderation.suspend', 'moderation.lift_suspension'],
  ...['key.make', 'key.rotate', 'key.revoke', 'session.revoke', 'session.revoke_others', 'exit_secret.show'],
] as const

export type AuditAct = (typeof AUDIT_ACTS)[number]

/** With which right: `operator` at the command line, `worker` by its clock. */
export const AUDIT_ROLES = ['member', 'moderator', 'admin', 'operator', 'worker'] as const

export type AuditEntry = {
  /** Null: the operator, or the worker. */
  actorId: string | null
  role: (typeof AUDIT_ROLES)[number]
  act: AuditAct
  subject: { type: 'member' | 'post' | 'appeal' | 'key' | 'session'; id: string }
  reason?: string | undefined
  /** What the act changed, JSON; never a secret. */
  before?: object | undefined
  after?: object | undefined
  requestId?: string | undefined
}

/** Writes what was done, in the transaction that does it: both are there or neither is. Rows are never changed. */
export async function appendAudit(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value))
  await tx.query(
    `insert into audit_log (id, actor_id, role, act, subject_type, subject_id, reason, before, after, request_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[],
       $8::jsonb[], $9::jsonb[], $10::text[])`,
    [
      entries.map(() => newId()),
      entries.map((e) => e.actorId),
      entries.map((e) => e.role),
      entries.map((e) => e.act),
      entries.map((e) => e.subject.type),
      entries.map((e) => e.subject.id),
      entries.map((e) => e.reason ?? null),
      entries.map((e) => json(e.before)),
      entries.map((e) => json(e.after)),
      entries.map((e) => e.requestId ?? null),
    ],
  )
}
