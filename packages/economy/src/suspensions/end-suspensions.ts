import type { Tx } from '@rivulet/db'
import { appendAudit } from '../audit-log/append-audit.ts'
import { notifyMembers } from '../notifications/notify-members.ts'

/**
 * Lifts the suspensions whose end has come, by the clock of the database: what everybody asks is whether
 * `suspended_at` is set, and this is the one thing that unsets it by time. Takes those nobody has locked; each is told,
 * and leaves a row in the audit log.
 *
 * @param limit most that are lifted in this transaction
 * @returns how many were
 */
export async function endSuspensions(tx: Tx, limit: number): Promise<number> {
  const { rows } = await tx.query<{ id: string; until: Date; by: string | null }>(
    `with due as materialized (
       select id, suspended_until as until, suspended_by as by from members
       where suspended_until <= now() order by id limit $1 for no key update skip locked
     ), lifted as (
       update members set suspended_at = null, suspended_until = null, suspended_by = null
       where id in (select id from due)
     )
     select id, until, by from due order by id`,
    [limit],
  )
  await appendAudit(
    tx,
    rows.map(({ id, until }) => ({
      ...{ actorId: null, role: 'worker' as const, act: 'suspension.end' as const },
      ...{ subject: { type: 'member' as const, id }, before: { suspendedUntil: until.toISOString() } },
    })),
  )
  await notifyMembers(
    tx,
    rows.map(({ id, by }) => ({
      ...{ memberId: id, kind: 'moderation' as const, refId: by ?? id },
      body: { event: 'suspension_ended', subject: { type: 'member', id } },
    })),
  )
  return rows.length
}
