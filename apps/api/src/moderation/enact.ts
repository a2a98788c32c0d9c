import { newId, type Tx } from '@rivulet/db'
import { appendAudit, notifyMembers, type Role } from '@rivulet/economy'
import { APPEAL, APPEALABLE, type Subject } from './rules.ts'
import type { Kind } from './schemas.ts'
import { type LockedPost, type SuspensionRow, turnPost, turnSuspension } from './store.ts'

export type Act = {
  actor: { id: string; role: Role }
  kind: Kind
  subject: Subject
  memberId: string
  reason: string
  until: Date | null
  requestId: string
  /** As it was before, under a lock. */
  post: LockedPost | undefined
  suspension: SuspensionRow
}

export type Action = Pick<Act, 'kind' | 'subject' | 'memberId' | 'reason' | 'until'> & {
  id: string
  createdAt: Date
}

/**
 * Does an action that was found to be right: the effect, its row, the row of the audit log, and word to whom it concerns.
 * All of it in the caller's transaction, which holds the locks.
 */
export async function enact(tx: Tx, act: Act): Promise<Action> {
  const { actor, kind, subject, memberId, reason, until } = act
  const id = newId()
  const { rows } = await tx.query<{ createdAt: Date }>(
    `insert into moderation_actions (id, actor_id, kind, subject_type, subject_id, member_id, reason, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning created_at as "createdAt"`,
    [id, actor.id, kind, subject.type, subject.id, memberId, reason, until],
  )
  const change = await takeEffect(tx, id, act)
  await appendAudit(tx, [
    {
      ...{ actorId: actor.id, role: actor.role, act: `moderation.${kind}`, subject, reason },
      ...{ before: change?.before, after: { ...change?.after, actionId: id }, requestId: act.requestId },
    },
  ])
  if (kind !== 'dismiss')
    await notifyMembers(tx, [
      {
        ...{ memberId, kind: 'moderation', refId: id },
        body: {
          ...{ event: kind, subject, reason },
          ...(until ? { until: until.toISOString() } : {}),
          ...(APPEALABLE.includes(kind) ? { appeal: APPEAL } : {}),
        },
      },
    ])
  return { id, kind, subject, memberId, reason, until, createdAt: rows[0]!.createdAt }
}

async function takeEffect(
  tx: Tx,
  id: string,
  { kind, subject, memberId, until, post, suspension }: Act,
): Promise<{ before: object; after: object } | undefined> {
  if (post && (kind === 'remove_post' || kind === 'restore_post')) {
    const removedBy = kind === 'remove_post' ? id : null
    await turnPost(tx, subject.id, post, removedBy)
    return { before: { removedBy: post.removedBy }, after: { removedBy } }
  }
  if (kind !== 'suspend' && kind !== 'lift_suspension') return undefined
  const suspended = kind === 'suspend'
  await turnSuspension(tx, memberId, { by: suspended ? id : null, until })
  return {
    before: { suspended: suspension.suspended, until: suspension.until, by: suspension.by },
    after: { suspended, until },
  }
}
