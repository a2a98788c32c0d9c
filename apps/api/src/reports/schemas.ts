import { z } from 'zod'
import { Id, Time, text } from '../http/schemas.ts'
import { JudgedPostSchema, SubjectSchema } from '../moderation/schemas.ts'

export const REASONS = [
  ...['spam', 'harassment', 'hate', 'violence', 'sexual', 'impersonation', 'illegal', 'other'],
] as const

export const REPORT_TEXT_MAX = 2_000

const reason = z.enum(REASONS)
const Text = text({ max: REPORT_TEXT_MAX }).optional().meta({ description: 'In your own words.' })

export const NewReportSchema = z
  .union([
    z.strictObject({ postId: Id, reason, text: Text }),
    z.strictObject({ memberId: Id, reason, text: Text }),
  ])
  .meta({ id: 'NewReport', description: 'About a post or a member, one of the two.' })

export const ReportSchema = z
  .object({
    id: Id,
    subject: SubjectSchema,
    reason,
    text: z.string().nullable(),
    createdAt: Time,
    outcome: z
      .enum(['open', 'dismissed', 'acted_upon'])
      .meta({ description: 'Whether somebody has looked, and did something about it.' }),
  })
  .meta({ id: 'Report' })

export const ReportedSubjectSchema = z
  .object({
    subject: SubjectSchema,
    memberId: Id.meta({ description: 'Whom it concerns: the author, or the member.' }),
    suspended: z.boolean(),
    post: JudgedPostSchema.nullable(),
    count: z.int().meta({ description: 'How many reports, each by another member.' }),
    newestAt: Time,
    reports: z
      .array(z.object({ id: Id, reporterId: Id, reason, text: z.string().nullable(), createdAt: Time }))
      .meta({ description: 'The newest of them, 20 at most.' }),
  })
  .meta({ id: 'ReportedSubject' })
