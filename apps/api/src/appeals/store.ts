import type { Pool, Tx } from '@rivulet/db'
import type { z } from 'zod'
import type { Slice } from '../lists/list.ts'
import { JUDGED_POST, type JudgedPost, presentAction, presentJudgedPost } from '../moderation/present.ts'
import type { Kind } from '../moderation/schemas.ts'
import type { AppealSchema, JudgedAppealSchema } from './schemas.ts'

export type AppealRow = JudgedPost & {
  id: string
  text: string
  created_at: Date
  decision: 'uphold' | 'overturn' | null
  decided_by: string | null
  decision_reason: string | null
  decided_at: Date | null
  action_id: string
  actor_id: string
  kind: Kind
  subject_type: 'post' | 'member'
  subject_id: string
  member_id: string
  reason: string
  until: Date | null
  action_at: Date
}

const APPEALS = `select a.id, a.text, a.created_at, a.decision, a.decided_by, a.decision_reason, a.decided_at, a.action_id,
    t.actor_id, t.kind, t.subject_type, t.subject_id, t.member_id, t.reason, t.until, t.created_at as action_at, ${JUDGED_POST}
  from appeals a
    join moderation_actions t on t.id = a.action_id
    left join posts p on t.subject_type = 'post' and p.id = t.subject_id`

const FIRST = '00000000-0000-0000-0000-000000000000'
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export async function appealById(tx: Tx, id: string): Promise<AppealRow | undefined> {
  return (await tx.query<AppealRow>(`${APPEALS} where a.id = $1`, [id])).rows[0]
}

/** A member's own appeals, newest first. */
export async function appealsOf(pool: Pool, memberId: string, { after, take }: Slice): Promise<AppealRow[]> {
  const { rows } = await pool.query<AppealRow>({
    name: 'appeals-of',
    text: `${APPEALS} where a.member_id = $1 and a.id < $2 order by a.id desc limit $3`,
    values: [memberId, after ?? LAST, take],
  })
  return rows
}

/** Appeals that nobody has decided, who waits longest first. */
export async function openAppeals(pool: Pool, { after, take }: Slice): Promise<AppealRow[]> {
  const { rows } = await pool.query<AppealRow>({
    name: 'open-appeals',
    text: `${APPEALS} where a.decision is null and a.id > $1 order by a.id limit $2`,
    values: [after ?? FIRST, take],
  })
  return rows
}

/** An appeal as who made it sees it: not who took the action, and not who decided. */
export function presentAppeal(row: AppealRow): z.infer<typeof AppealSchema> {
  return {
    ...{ id: row.id, text: row.text, createdAt: row.created_at.toISOString(), decision: row.decision },
    ...{ decisionReason: row.decision_reason, decidedAt: row.decided_at?.toISOString() ?? null },
    action: presentAction({
      ...{ id: row.action_id, kind: row.kind, subject: { type: row.subject_type, id: row.subject_id } },
      ...{ memberId: row.member_id, reason: row.reason, until: row.until, createdAt: row.action_at },
    }),
  }
}

export function presentJudgedAppeal(row: AppealRow): z.infer<typeof JudgedAppealSchema> {
  return {
    ...presentAppeal(row),
    ...{ takenBy: row.actor_id, decidedBy: row.decided_by, post: presentJudgedPost(row) },
  }
}
