import { isId, withTransaction } from '@rivulet/db'
import type { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, one, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, once } from '../idempotency/once.ts'
import { presentAction } from './present.ts'
import { NewActionSchema, TakenActionSchema } from './schemas.ts'
import { type ActionInput, type TakeActionResult, takeAction } from './take-action.ts'

/** What moderators do about what was reported, or what they saw themselves. */
export async function moderationRoutes(app: App, { db }: Deps): Promise<void> {
  app.post(
    '/admin/actions',
    idempotent(
      operation({
        id: 'takeAction',
        tag: 'moderation',
        summary: 'Dismiss, warn, remove, restore, suspend or lift',
        description:
          'The effect, the reports it resolves, its row in the audit log and word to the member are one. Money that was credited stays; clearing and withdrawing go on.',
        session: 'required',
        scope: 'session',
        role: 'moderator',
        body: NewActionSchema,
        answers: { 201: TakenActionSchema },
        refuses: [
          ...ONCE_REFUSALS,
          ...(['post_not_found', 'member_not_found', 'report_not_found', 'nothing_to_do'] as const),
        ],
      }),
    ),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { subject, kind, reason, until, reportIds } = request.body
      if (!isId(subject.id)) throw problem(subject.type === 'post' ? 'post_not_found' : 'member_not_found')
      if (reportIds && !reportIds.every(isId)) throw problem('report_not_found')
      const input: ActionInput = {
        ...{ actorId: memberId, subject, kind, reason, reportIds, requestId: request.id },
        until: until === undefined ? null : new Date(until),
      }
      const [result] = await withTransaction(db.pool, (tx) =>
        once(
          tx,
          [onceRequest(request, memberId, input)],
          one(async (tx, wish) => answerOf(await takeAction(tx, wish))),
        ),
      )
      if (!result) throw new Error('an action was not answered')
      return sendOnce(reply, result) as z.infer<typeof TakenActionSchema>
    },
  )
}

function answerOf(result: TakeActionResult): Answer {
  if (!result.ok) return refusal(result.code, result.detail, result.at)
  return { status: 201, body: { ...presentAction(result.action), resolved: result.resolved } }
}
