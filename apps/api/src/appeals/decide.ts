import type { Tx } from '@rivulet/db'
import { appendAudit, hasOtherModerator, lockRoles, notifyMembers, type Role } from '@rivulet/economy'
import { enact } from '../moderation/enact.ts'
import { refusalOf } from '../moderation/rules.ts'
import { lockPost, suspensionOf } from '../moderation/store.ts'
import { type AppealRow, appealById } from './store.ts'

export type DecisionInput = {
  actorId: string
  appealId: string
  decision: 'uphold' | 'overturn'
  reason: string
  requestId: string
}

export type DecisionResult =
  | { ok: true; appeal: AppealRow }
  | { ok: false; code: 'appeal_not_found' | 'already_decided' | 'four_eyes' | 'forbidden'; detail?: string }

/**
 * Decides an appeal. Overturning undoes the action in this transaction, if it is still the one that stands: a later
 * suspension, or a post restored or deleted meanwhile, is not touched. Who took the action decides only where nobody else
 * could, or as an admin.
 */
export async function decide(tx: Tx, input: DecisionInput): Promise<DecisionResult> {
  const { actorId, appealId, decision, reason, requestId } = input
  await tx.query('select from appeals where id = $1 for no key update', [appealId])
  const row = await appealById(tx, appealId)
  if (!row) return { ok: false, code: 'appeal_not_found' }
  const { member_id: memberId, subject_type, subject_id } = row
  const subject = { type: subject_type, id: subject_id }

  const post = subject.type === 'post' ? await lockPost(tx, subject.id) : undefined
  const roles = await lockRoles(tx, [actorId, memberId])
  const role = roles.get(actorId)
  const detail = refusalOf({ id: actorId, role }, { id: memberId, role: roles.get(memberId) })
  if (detail) return { ok: false, code: 'forbidden', detail }
  if (row.decision !== null) return { ok: false, code: 'already_decided' }
  if (row.actor_id === actorId && role !== 'admin' && (await hasOtherModerator(tx, [actorId, memberId])))
    return { ok: false, code: 'four_eyes' }

  const suspension = await suspensionOf(tx, memberId)
  const actor = { id: actorId, role: role as Role }
  await tx.query(
    'update appeals set decision = $2, decided_by = $3, decision_reason = $4, decided_at = now() where id = $1',
    [appealId, decision, actorId, reason],
  )
  await appendAudit(tx, [
    {
      ...{ actorId, role: actor.role, act: `appeal.${decision}`, subject: { type: 'appeal', id: appealId } },
      ...{ reason, after: { actionId: row.action_id }, requestId },
    },
  ])
  const event = decision === 'uphold' ? 'appeal_upheld' : 'appeal_overturned'
  await notifyMembers(tx, [
    { memberId, kind: 'moderation', refId: row.action_id, body: { event, subject, reason } },
  ])
  const undoing =
    post?.removedBy === row.action_id
      ? 'restore_post'
      : suspension.by === row.action_id
        ? 'lift_suspension'
        : undefined
  if (decision === 'overturn' && undoing)
    await enact(tx, {
      ...{ actor, kind: undoing, subject, memberId, reason, until: null, requestId, post, suspension },
    })
  return { ok: true, appeal: (await appealById(tx, appealId)) as AppealRow }
}
