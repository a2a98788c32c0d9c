import { z } from 'zod'
import { Id, Time, text } from '../http/schemas.ts'
import { ActionSchema, JudgedPostSchema, REASON_MAX } from '../moderation/schemas.ts'

export const APPEAL_TEXT_MAX = 5_000

export const NewAppealSchema = z
  .strictObject({ actionId: Id, text: text({ min: 1, max: APPEAL_TEXT_MAX }) })
  .meta({ id: 'NewAppeal' })

export const AppealSchema = z
  .object({
    id: Id,
    action: ActionSchema,
    text: z.string(),
    createdAt: Time,
    decision: z.enum(['uphold', 'overturn']).nullable().meta({ description: 'Null while it is open.' }),
    decisionReason: z.string().nullable(),
    decidedAt: Time.nullable(),
  })
  .meta({ id: 'Appeal' })

export const JudgedAppealSchema = z
  .object({
    ...AppealSchema.shape,
    takenBy: Id.meta({ description: 'Who took the action, and so does not decide.' }),
    decidedBy: Id.nullable(),
    post: JudgedPostSchema.nullable(),
  })
  .meta({ id: 'JudgedAppeal' })

export const DecisionSchema = z
  .strictObject({ decision: z.enum(['uphold', 'overturn']), reason: text({ min: 1, max: REASON_MAX }) })
  .meta({ id: 'Decision' })
