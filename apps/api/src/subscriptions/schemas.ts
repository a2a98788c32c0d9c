import type { Charge, Subscription } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { AmountIn, AmountOut, Id, Time } from '../http/schemas.ts'

const Interval = z.enum(['day', 'week', 'month'])

export const NewSubscription = z
  .strictObject({ memberId: Id, amount: AmountIn, interval: Interval })
  .meta({ id: 'SubscriptionRequest' })

export const SubscriptionAnswer = z
  .object({
    id: Id,
    memberId: Id.meta({ description: 'Who is paid.' }),
    amount: AmountOut.meta({ description: 'A charge, with the fee.' }),
    interval: Interval,
    status: z.enum(['active', 'pastDue', 'cancelled']),
    charges: z.int().meta({ description: 'So far.' }),
    nextAt: Time.nullable().meta({
      description: 'When the next charge is tried; null when none will be.',
    }),
    createdAt: Time,
    cancelledAt: Time.nullable(),
  })
  .meta({ id: 'Subscription' })

export const ChargeAnswer = z
  .object({
    id: Id,
    ordinal: z.int().meta({ description: 'From 0.' }),
    amount: AmountOut,
    fee: AmountOut,
    net: AmountOut,
    createdAt: Time,
  })
  .meta({ id: 'Charge' })

export const ChargedAnswer = SubscriptionAnswer.extend({ charge: ChargeAnswer }).meta({
  id: 'ChargedSubscription',
})

export function subscriptionView(s: Subscription): z.infer<typeof SubscriptionAnswer> {
  return {
    ...{ id: s.id, memberId: s.receiverId, amount: formatAmount(s.amount), interval: s.interval },
    status: s.status === 'past_due' ? 'pastDue' : s.status,
    charges: s.charges,
    nextAt: s.status === 'active' ? s.nextAt.toISOString() : null,
    createdAt: s.createdAt.toISOString(),
    cancelledAt: s.cancelledAt?.toISOString() ?? null,
  }
}

export function chargeView({ id, ordinal, amount, fee, createdAt }: Charge): z.infer<typeof ChargeAnswer> {
  return {
    ...{ id, ordinal, amount: formatAmount(amount), fee: formatAmount(fee) },
    ...{ net: formatAmount(amount - fee), createdAt: createdAt.toISOString() },
  }
}
