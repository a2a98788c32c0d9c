import { z } from 'zod'
import { Id, Time, TimeIn, text } from '../http/schemas.ts'

export const KINDS = ['dismiss', 'warn', 'remove_post', 'restore_post', 'suspend', 'lift_suspension'] as const

export type Kind = (typeof KINDS)[number]

export const REASON_MAX = 2_000
export const MOST_REPORT_IDS = 100

/** What a report or an action is about. */
export const SubjectSchema = z.object({ type: z.enum(['post', 'member']), id: Id }).meta({ id: 'Subject' })

export const SubjectIn = z.strictObject({ type: z.enum(['post', 'member']), id: Id })

export const NewActionSchema = z
  .strictObject({
    subject: SubjectIn,
    kind: z.enum(KINDS),
    reason: text({ min: 1, max: REASON_MAX }).meta({ description: 'Told to whom it concerns.' }),
    until: TimeIn.optional().meta({ description: 'Of `suspend`: its end; without one it has none.' }),
    reportIds: z
      .array(Id)
      .min(1)
      .max(MOST_REPORT_IDS)
      .optional()
      .meta({ description: 'The open reports it resolves; all on the subject unless told.' }),
  })
  .meta({ id: 'NewAction' })

export const ActionSchema = z
  .object({
    id: Id,
    kind: z.enum(KINDS),
    subject: SubjectSchema,
    memberId: Id.meta({ description: 'Whom it concerns.' }),
    reason: z.string(),
    until: Time.nullable(),
    createdAt: Time,
  })
  .meta({ id: 'ModerationAction' })

export const TakenActionSchema = z
  .object({ ...ActionSchema.shape, resolved: z.int().meta({ description: 'How many reports it resolved.' }) })
  .meta({ id: 'TakenAction' })

/** What a moderator has to see of a post, also of one that is removed. */
export const JudgedPostSchema = z
  .object({
    title: z.string().nullable(),
    text: z.string(),
    state: z.enum(['live', 'removed', 'deleted']),
    createdAt: Time,
  })
  .meta({ id: 'JudgedPost' })

export const EVENTS = [
  ...['warn', 'remove_post', 'restore_post', 'suspend', 'lift_suspension'],
  ...['suspension_ended', 'appeal_upheld', 'appeal_overturned'],
] as const

/** The body of a notification of kind `moderation`. */
export const ModerationNotice = z
  .object({
    event: z.enum(EVENTS),
    subject: SubjectSchema,
    reason: z.string().optional(),
    until: Time.optional().meta({ description: 'Of a suspension that has an end.' }),
    appeal: z
      .object({ method: z.literal('POST'), path: z.string() })
      .optional()
      .meta({ description: 'Where there is one: the call that appeals, with the `ref.id` as `actionId`.' }),
  })
  .meta({ id: 'ModerationNotice' })
