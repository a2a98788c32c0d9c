import type { Tx } from '@rivulet/db'
import { lockRoles, type Role } from '@rivulet/economy'
import { type Action, enact } from './enact.ts'
import { changes, fits, refusalOf, type Subject } from './rules.ts'
import type { Kind } from './schemas.ts'
import { lockOpenReports, lockPost, resolveReports, suspensionOf } from './store.ts'

export type ActionInput = {
  actorId: string
  subject: Subject
  kind: Kind
  reason: string
  until: Date | null
  /** The open reports it resolves; undefined: all on the subject. */
  reportIds: readonly string[] | undefined
  requestId: string
}

export type TakeActionResult =
  | { ok: true; action: Action; resolved: number }
  | {
      ok: false
      code:
        | 'post_not_found'
        | 'member_not_found'
        | 'report_not_found'
        | 'forbidden'
        | 'nothing_to_do'
        | 'validation_failed'
      detail?: string
      /** Of `validation_failed`: a JSON pointer. */
      at?: string
    }

/**
 * Takes an action on a post or a member: effect, reports, audit row and notification in this transaction. Locks the post
 * and what it is on, then the people, then the reports; of two at once the second sees what the first did.
 */
export async function takeAction(tx: Tx, input: ActionInput): Promise<TakeActionResult> {
  const { actorId, subject, kind, reason, until, requestId } = input
  if (!fits(kind, subject.type)) return invalid('#/subject/type', `${kind} is not for a ${subject.type}`)
  if (until && kind !== 'suspend') return invalid('#/until', 'only a suspension has an end')

  const post = subject.type === 'post' ? await lockPost(tx, subject.id) : undefined
  if (subject.type === 'post' && !post) return { ok: false, code: 'post_not_found' }
  const memberId = post?.authorId ?? subject.id
  const roles = await lockRoles(tx, [actorId, memberId])
  if (!roles.has(memberId)) return { ok: false, code: 'member_not_found' }
  const role = roles.get(actorId)
  const detail = refusalOf({ id: actorId, role }, { id: memberId, role: roles.get(memberId) })
  if (detail) return { ok: false, code: 'forbidden', detail }

  const suspension = await suspensionOf(tx, memberId)
  if (until && until <= suspension.now) return invalid('#/until', 'must be ahead')
  const reports = await lockOpenReports(tx, subject, input.reportIds)
  if (input.reportIds && reports.length < new Set(input.reportIds).size)
    return { ok: false, code: 'report_not_found' }
  const standing = {
    post: post?.state,
    suspendedUntil: suspension.suspended ? (suspension.until?.getTime() ?? null) : undefined,
  }
  if (!changes(kind, standing, until?.getTime() ?? null, reports.length))
    return { ok: false, code: 'nothing_to_do' }

  const action = await enact(tx, {
    ...{ actor: { id: actorId, role: role as Role }, kind, subject, memberId, reason, until },
    ...{ requestId, post, suspension },
  })
  await resolveReports(tx, reports, action.id)
  return { ok: true, action, resolved: reports.length }
}

const invalid = (at: string, detail: string): TakeActionResult => ({
  ...{ ok: false, code: 'validation_failed', at },
  detail: `${at.slice(2)}: ${detail}`,
})
