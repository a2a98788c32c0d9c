import { MOST_URL_CHARS, NOTIFICATION_KINDS } from '@rivulet/economy'
import { z } from 'zod'
import { Id, Time, text } from '../http/schemas.ts'
import { GRACE_SECONDS, MOST_GRACE_SECONDS } from './rotate.ts'
import type { DeliveryRow, WebhookRow } from './store.ts'

const Kind = z.enum(NOTIFICATION_KINDS)

const Events = z
  .array(Kind)
  .min(1, 'must name at least one kind; for all of them null, or leave it out')
  .max(100)
  .refine((all) => new Set(all).size === all.length, 'must not name a kind twice')
  .nullable()
  .meta({ description: 'Kinds of notification; null: all, those to come included.' })

const Url = text({ min: 1, max: MOST_URL_CHARS }).meta({
  description: 'https, at port 443 and a public address, without user, password and fragment.',
  examples: ['https://bot.example.com/rivulet'],
})

export const NewWebhookSchema = z
  .strictObject({ url: Url, events: Events.optional() })
  .meta({ id: 'NewWebhook' })

export const WebhookChangesSchema = z
  .strictObject({
    url: Url.optional(),
    events: Events.optional(),
    enabled: z.boolean().optional().meta({ description: 'True also forgets why it was disabled.' }),
  })
  .meta({ id: 'WebhookChanges' })

export const WebhookRotationSchema = z
  .strictObject({
    graceSeconds: z.int().min(0).max(MOST_GRACE_SECONDS).default(GRACE_SECONDS).meta({
      description:
        'How long the secrets before still sign beside the new one, at most. With 0 they end at once.',
    }),
  })
  .meta({ id: 'WebhookRotation' })

export const WebhookSchema = z
  .object({
    id: Id,
    url: z.string(),
    events: z.array(z.string()).nullable().meta({ description: 'Null: all.' }),
    enabled: z.boolean(),
    disabledReason: z.enum(['gone', 'failing']).nullable().meta({
      description: '`gone`: its receiver answered 410. `failing`: nothing but failures for five days.',
    }),
    failingSince: Time.nullable().meta({ description: 'Of the first failure after the last success.' }),
    formerEndsAt: Time.nullable().meta({
      description: 'When the last of the secrets before stops signing; null when none does sign.',
    }),
    createdAt: Time,
  })
  .meta({ id: 'Webhook' })

export const MadeWebhookSchema = WebhookSchema.extend({
  secret: z.string().meta({
    description: 'Told this once: check what arrives with it.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='],
  }),
}).meta({ id: 'MadeWebhook' })

export const DeliverySchema = z
  .object({
    id: Id.meta({ description: 'The `webhook-id` of every attempt.' }),
    eventId: Id.nullable().meta({ description: 'Of the notification; null of a ping.' }),
    type: z.string().meta({ examples: ['notification.withdrawal', 'ping'] }),
    at: Time.meta({ description: 'When it happened.' }),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    lastAt: Time.nullable().meta({ description: 'When the last attempt began.' }),
    lastStatus: z.int().nullable().meta({ description: 'The HTTP status it was answered with.' }),
    lastError: z.string().nullable().meta({
      description:
        'Why there was no answer: `timeout`, `unresolved`, `not_public`, `tls`, `unreachable`, `bad_answer`; or why there was no attempt: `disabled`, `bad_url`.',
    }),
    nextAt: Time.nullable().meta({ description: 'Of one that is `pending`: not before.' }),
  })
  .meta({ id: 'WebhookDelivery' })

export function webhookView(row: WebhookRow): z.infer<typeof WebhookSchema> {
  return {
    ...{ id: row.id, url: row.url, events: row.events.length > 0 ? row.events : null },
    ...{ enabled: row.enabled, disabledReason: row.disabledReason },
    failingSince: row.failingSince?.toISOString() ?? null,
    formerEndsAt: row.formerEndsAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}

export function deliveryView(row: DeliveryRow): z.infer<typeof DeliverySchema> {
  return {
    ...{ id: row.id, eventId: row.eventId, type: row.type, at: row.createdAt.toISOString() },
    ...{ status: row.status, attempts: row.attempts, lastAt: row.lastAt?.toISOString() ?? null },
    ...{ lastStatus: row.lastStatus, lastError: row.lastError },
    nextAt: row.status === 'pending' ? row.nextAt.toISOString() : null,
  }
}
