import type { z } from 'zod'
import type { Action } from './enact.ts'
import type { ActionSchema, JudgedPostSchema } from './schemas.ts'

export function presentAction(action: Action): z.infer<typeof ActionSchema> {
  const { id, kind, subject, memberId, reason, until, createdAt } = action
  return {
    ...{ id, kind, subject, memberId, reason },
    ...{ until: until?.toISOString() ?? null, createdAt: createdAt.toISOString() },
  }
}

export type JudgedPost = {
  post_title: string | null
  post_text: string | null
  post_state: 'live' | 'removed' | 'deleted' | null
  post_created_at: Date | null
}

/** SQL: the columns of a `JudgedPost`, of posts as `p`. */
export const JUDGED_POST = `p.title as post_title, p.text as post_text, p.created_at as post_created_at,
  case when p.id is null then null when p.deleted_at is null then 'live' when p.removed_by is null then 'deleted'
    else 'removed' end as post_state`

/** A post as who judges it sees it; null where the subject is a member. */
export function presentJudgedPost(row: JudgedPost): z.infer<typeof JudgedPostSchema> | null {
  if (row.post_state === null) return null
  return {
    ...{ title: row.post_title, text: row.post_text ?? '', state: row.post_state },
    createdAt: row.post_created_at!.toISOString(),
  }
}
