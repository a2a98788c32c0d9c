import {
  NAMED_MAX,
  NOTIFICATION_KINDS,
  type NotificationKind,
  OPTIONAL_KINDS,
  type OptionalKind,
  UNREAD_COUNTED,
} from '@rivulet/economy'
import { z } from 'zod'
import { Address, AmountOut, Id, Time } from '../http/schemas.ts'
import { ListQuery } from '../lists/list.ts'
import { ModerationNotice } from '../moderation/schemas.ts'
import { AuthorSchema } from '../posts/schemas.ts'
import { Status } from '../withdrawals/schemas.ts'

const WithdrawalNotice = z
  .object({
    status: Status.meta({ description: 'The state it came to.' }),
    amount: AmountOut,
    to: Address,
    lane: z.enum(['push', 'pull']),
    txHash: z.string().optional().meta({ description: 'Once the transaction that pays it is signed.' }),
    heldUntil: Time.optional().meta({ description: 'Of one that is `held`.' }),
    automatic: z.literal(true).optional().meta({ description: 'Where your standing order made it.' }),
  })
  .meta({ id: 'WithdrawalNotice' })

const WebhookNotice = z
  .object({
    status: z.literal('disabled'),
    reason: z
      .enum(['gone', 'failing'])
      .meta({ description: 'Its receiver answered 410, or did nothing but fail for five days.' }),
    url: z.string(),
  })
  .meta({ id: 'WebhookNotice' })

const Postal = z
  .object({ of: Id.meta({ description: 'The post that was commented on, or quoted.' }) })
  .meta({ id: 'PostNotice' })

const TipNotice = z
  .object({
    amount: AmountOut.meta({ description: 'Your part of it, less the fee.' }),
    postId: Id.nullable(),
    message: z.string().nullable(),
    anonymous: z.boolean(),
  })
  .meta({ id: 'TipNotice' })

const SubscriptionNotice = z
  .object({
    status: z.enum(['begun', 'renewed', 'failed', 'pastDue']).meta({
      description:
        '`begun`: somebody subscribes to you. Else what came of a charge of a subscription of yours.',
    }),
    amount: AmountOut.meta({ description: 'Of each charge.' }),
    interval: z.string(),
  })
  .meta({ id: 'SubscriptionNotice' })

const ReactionNotice = z
  .object({
    count: z.int().meta({ description: 'How many members reacted to it since you last read one of it.' }),
    actors: z.array(AuthorSchema).meta({
      description: `The newest ${NAMED_MAX} of them, newest first; who was muted or blocked since is not named.`,
    }),
  })
  .meta({
    id: 'ReactionNotice',
    description:
      'One for all likes, or reposts, that came to a post until you read it. It comes again, with another `id`, for each ' +
      'that is added; one taken back is no longer counted.',
  })

const told = <K extends NotificationKind, B extends z.ZodType>(kind: K, body: B) =>
  z.object({
    id: Id,
    kind: z.literal(kind),
    ref: z.object({ type: z.string(), id: Id }).meta({ description: 'What it is about.' }),
    actor: AuthorSchema.nullable().meta({
      description: 'Who did it, of several the newest; null: nobody, or it is not told.',
    }),
    body,
    createdAt: Time,
    readAt: Time.nullable(),
  })

export const NotificationAnswer = z
  .discriminatedUnion('kind', [
    told('withdrawal', WithdrawalNotice),
    told('moderation', ModerationNotice),
    told('webhook', WebhookNotice),
    told('follow', z.object({})),
    told('comment', Postal),
    told('quote', Postal),
    told('mention', z.object({})),
    told('tip', TipNotice),
    told('unlock', z.object({ amount: AmountOut }).meta({ description: 'Your part of it, less the fee.' })),
    told('subscription', SubscriptionNotice),
    told('like', ReactionNotice),
    told('repost', ReactionNotice),
  ])
  .meta({ id: 'Notification' })

const KINDS_TEXT = `must be kinds, with commas between: ${NOTIFICATION_KINDS.join(', ')}`
const isKind = (text: string): text is NotificationKind => (NOTIFICATION_KINDS as string[]).includes(text)

export const NotificationsQuery = ListQuery.extend({
  types: z
    .string()
    .refine((text) => text.split(',').every(isKind), KINDS_TEXT)
    .optional()
    .meta({ description: 'Only these kinds, with commas between.', examples: ['follow,tip'] }),
  unread: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .meta({ description: '`true`: only those you have not read.' }),
})

/** The kinds that a query names, each once, in one order; undefined: all. */
export function kindsOf(types: string | undefined): NotificationKind[] | undefined {
  return types === undefined ? undefined : [...new Set(types.split(',').filter(isKind))].sort()
}

export const UnreadCount = z
  .object({
    count: z.int().meta({ description: `Counted up to ${UNREAD_COUNTED}, which means that many or more.` }),
  })
  .meta({ id: 'UnreadCount' })

const Wish = z.strictObject({
  inApp: z.boolean().meta({ description: 'Whether it is listed.' }),
  from: z.enum(['everybody', 'following']).meta({
    description: '`following`: by others than those you follow it is not told. Where nobody is named it is.',
  }),
})

const Wishes = z.strictObject(
  Object.fromEntries(OPTIONAL_KINDS.map((kind) => [kind, Wish])) as Record<OptionalKind, typeof Wish>,
)

export const PreferencesAnswer = z.object({ kinds: Wishes }).meta({ id: 'NotificationPreferences' })

export const PreferencesBody = z
  .strictObject({ kinds: Wishes.partial() })
  .meta({ id: 'ChangeNotificationPreferences' })

export const ReadBody = z
  .strictObject({ until: Id.meta({ description: 'The newest notification that was read.' }) })
  .meta({ id: 'ReadNotifications' })
