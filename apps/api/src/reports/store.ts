import type { Pool } from '@rivulet/db'
import type { z } from 'zod'
import type { Slice } from '../lists/list.ts'
import { JUDGED_POST, type JudgedPost, presentJudgedPost } from '../moderation/present.ts'
import type { Kind } from '../moderation/schemas.ts'
import type { ReportedSubjectSchema, ReportSchema } from './schemas.ts'

type Reason = z.infer<typeof ReportSchema>['reason']

export type ReportRow = {
  id: string
  subject_type: 'post' | 'member'
  subject_id: string
  reason: Reason
  text: string | null
  created_at: Date
  /** Of the action that resolved it; null while it is open. */
  kind: Kind | null
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A member's own reports, newest first. */
export async function reportsOf(pool: Pool, memberId: string, { after, take }: Slice): Promise<ReportRow[]> {
  const { rows } = await pool.query<ReportRow>({
    name: 'reports-of',
    text: `select r.id, r.subject_type, r.subject_id, r.reason, r.text, r.created_at, a.kind
           from reports r left join moderation_actions a on a.id = r.action_id
           where r.reporter_id = $1 and r.id < $2 order by r.id desc limit $3`,
    values: [memberId, after ?? LAST, take],
  })
  return rows
}

/** Who reported learns whether something came of it, not what. */
const NOT_ACTED: readonly Kind[] = ['dismiss', 'restore_post', 'lift_suspension']

export function presentReport(row: ReportRow): z.infer<typeof ReportSchema> {
  return {
    ...{ id: row.id, subject: { type: row.subject_type, id: row.subject_id } },
    ...{ reason: row.reason, text: row.text, createdAt: row.created_at.toISOString() },
    outcome: row.kind === null ? 'open' : NOT_ACTED.includes(row.kind) ? 'dismissed' : 'acted_upon',
  }
}

export type ReportedRow = JudgedPost & {
  /** The newest report: the place in the queue. */
  id: string
  subject_type: 'post' | 'member'
  subject_id: string
  member_id: string
  suspended: boolean
  count: number
  created_at: Date
  reports: { id: string; reporterId: string; reason: Reason; text: string | null; createdAt: string }[]
}

const SHOWN_REPORTS = 20

/**
 * What is reported, each subject once, where its newest report stands: newest first. A subject that is reported again
 * while somebody pages moves to the front; none is left out.
 */
export async function reportedSubjects(
  pool: Pool,
  status: 'open' | 'resolved',
  { after, take }: Slice,
): Promise<ReportedRow[]> {
  const of = (alias: string) => `${alias}.action_id is ${status === 'open' ? 'null' : 'not null'}`
  const { rows } = await pool.query<ReportedRow>({
    name: `reported-${status}`,
    text: `select r.id, r.subject_type, r.subject_id, m.id as member_id, m.suspended_at is not null as suspended,
                  r.created_at, ${JUDGED_POST}, every.count, newest.reports
           from (
             select * from reports r where ${of('r')} and r.id < $1
               and not exists (select from reports n where n.subject_id = r.subject_id and n.id > r.id and ${of('n')})
             order by r.id desc limit $2
           ) r
           left join posts p on r.subject_type = 'post' and p.id = r.subject_id
           join members m on m.id = coalesce(p.author_id, r.subject_id)
           cross join lateral (
             select count(*)::int as count from reports o where o.subject_id = r.subject_id and ${of('o')}
           ) every
           cross join lateral (
             select json_agg(json_build_object('id', o.id, 'reporterId', o.reporter_id, 'reason', o.reason,
               'text', o.text, 'createdAt', o.created_at) order by o.id desc) as reports
             from (
               select * from reports o where o.subject_id = r.subject_id and ${of('o')}
               order by o.id desc limit ${SHOWN_REPORTS}
             ) o
           ) newest
           order by r.id desc`,
    values: [after ?? LAST, take],
  })
  return rows
}

export function presentReported(row: ReportedRow): z.infer<typeof ReportedSubjectSchema> {
  return {
    ...{ subject: { type: row.subject_type, id: row.subject_id }, memberId: row.member_id },
    ...{ suspended: row.suspended, post: presentJudgedPost(row), count: row.count },
    newestAt: row.created_at.toISOString(),
    reports: row.reports.map((one) => ({ ...one, createdAt: new Date(one.createdAt).toISOString() })),
  }
}
