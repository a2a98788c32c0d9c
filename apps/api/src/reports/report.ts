import { newId, type Pool, withTransaction } from '@rivulet/db'
import type { Subject } from '../moderation/rules.ts'
import type { ReportRow } from './store.ts'

/** Most reports of a member in 24 hours. */
export const REPORTS_A_DAY = 50

export type ReportInput = { reporterId: string; subject: Subject; reason: string; text: string | null }

export type ReportResult =
  | { ok: true; report: ReportRow }
  | { ok: false; code: 'post_not_found' | 'member_not_found' | 'self_report' | 'too_many_reports' }

/** Reports a post or a member. While a report by this member on this subject is open, that one is the answer. */
export function report(
  pool: Pool,
  { reporterId, subject, reason, text }: ReportInput,
): Promise<ReportResult> {
  return withTransaction(pool, async (tx): Promise<ReportResult> => {
    // Two at once are counted one after the other.
    await tx.query('select from members where id = $1 for no key update', [reporterId])
    const concerned = await tx.query<{ id: string }>(
      subject.type === 'post'
        ? 'select author_id as id from posts where id = $1 and deleted_at is null'
        : 'select id from members where id = $1 and deleted_at is null',
      [subject.id],
    )
    const memberId = concerned.rows[0]?.id
    if (memberId === undefined)
      return { ok: false, code: subject.type === 'post' ? 'post_not_found' : 'member_not_found' }
    if (memberId === reporterId) return { ok: false, code: 'self_report' }
    const open = await tx.query<ReportRow>(
      `select id, subject_type, subject_id, reason, text, created_at, null as kind
       from reports where subject_id = $1 and reporter_id = $2 and action_id is null`,
      [subject.id, reporterId],
    )
    if (open.rows[0]) return { ok: true, report: open.rows[0] }
    const today = await tx.query<{ count: number }>(
      `select count(*)::int as count from (
         select from reports where reporter_id = $1 and created_at > now() - interval '1 day' limit $2
       ) today`,
      [reporterId, REPORTS_A_DAY],
    )
    if (today.rows[0]!.count >= REPORTS_A_DAY) return { ok: false, code: 'too_many_reports' }
    const made = await tx.query<ReportRow>(
      `insert into reports (id, reporter_id, subject_type, subject_id, reason, text) values ($1, $2, $3, $4, $5, $6)
       returning id, subject_type, subject_id, reason, text, created_at, null as kind`,
      [newId(), reporterId, subject.type, subject.id, reason, text],
    )
    return { ok: true, report: made.rows[0]! }
  })
}
