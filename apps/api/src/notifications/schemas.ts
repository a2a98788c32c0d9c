import { NOTIFICATION_KINDS } from '@rivulet/economy'
import { z } from 'zod'
import { Address, AmountOut, Id, Time } from '../http/schemas.ts'
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

export const NotificationAnswer = z
  .object({
    id: Id,
    kind: z.enum(NOTIFICATION_KINDS),
    ref: z.object({ type: z.string(), id: Id }).meta({ description: 'What it is about.' }),
    body: z.union([WithdrawalNotice, WebhookNotice]),
    createdAt: Time,
    readAt: Time.nullable(),
  })
  .meta({ id: 'Notification' })

export const ReadBody = z
  .strictObject({ until: Id.meta({ description: 'The newest notification that was read.' }) })
  .meta({ id: 'ReadNotifications' })
