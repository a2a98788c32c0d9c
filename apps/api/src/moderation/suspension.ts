import type { Pool } from '@rivulet/db'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { handleError } from '../errors/handler.ts'
import { Problem, problem } from '../errors/problem.ts'
import { APPEAL } from './rules.ts'

type Suspension = { id: string | null; reason: string | null; until: Date | null }

/** Why a member is suspended, and until when; undefined when they are not. */
async function suspensionTold(pool: Pool, memberId: string): Promise<Suspension | undefined> {
  const { rows } = await pool.query<Suspension>({
    name: 'suspension-told',
    text: `select a.id, a.reason, m.suspended_until as until
           from members m left join moderation_actions a on a.id = m.suspended_by
           where m.id = $1 and m.suspended_at is not null`,
    values: [memberId],
  })
  return rows[0]
}

/**
 * The error handler of the calls: adds to a `suspended` why, until when and how to appeal, when it is the one who asks
 * that is suspended. Of anybody else nothing is told.
 */
export function tellSuspension(pool: Pool) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const { viewer } = request
    if (!(error instanceof Problem) || error.code !== 'suspended' || !viewer)
      return handleError(error, request, reply)
    return suspensionTold(pool, viewer.memberId).then(
      (found) => handleError((found ? told(found) : error) as FastifyError, request, reply),
      () => handleError(error, request, reply),
    )
  }
}

function told({ id, reason, until }: Suspension): Problem {
  const end = until ? `until ${until.toISOString()}` : 'until a moderator lifts it'
  return problem(
    'suspended',
    `You are suspended ${end}${reason === null ? '' : `: ${reason}`}. You can read, withdraw and appeal.`,
    {
      extension: {
        until: until?.toISOString() ?? null,
        ...(id === null || reason === null ? {} : { reason, actionId: id, appeal: APPEAL }),
      },
    },
  )
}
