import type { Pool } from '@rivulet/db'
import { type Problem, problem } from '../errors/problem.ts'
import { APPEAL } from './rules.ts'

/** What a reader is told of a post that is not there: its author, when a moderator removed it, why and how to appeal. */
export async function missingPost(
  pool: Pool,
  postId: string,
  viewerId: string | undefined,
): Promise<Problem> {
  if (viewerId === undefined) return problem('post_not_found')
  const { rows } = await pool.query<{ id: string; reason: string }>({
    name: 'removal-of',
    text: `select a.id, a.reason from posts p join moderation_actions a on a.id = p.removed_by
           where p.id = $1 and p.author_id = $2`,
    values: [postId, viewerId],
  })
  const removal = rows[0]
  if (!removal) return problem('post_not_found')
  const { id, reason } = removal
  return problem('post_removed', `A moderator removed it: ${reason}`, {
    extension: { reason, actionId: id, appeal: APPEAL },
  })
}
