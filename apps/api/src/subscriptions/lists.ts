import { isId } from '@rivulet/db'
import { chargesOf, type Subscription, subscriptionsOf } from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { ChargeAnswer, chargeView, SubscriptionAnswer, subscriptionView } from './schemas.ts'

const reading = { tag: 'subscriptions', session: 'required' } as const
const Params = z.strictObject({ id: Id })

/** A member's own subscriptions, and what was charged. */
export async function subscriptionListRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }
  const own = async (payerId: string, id: string): Promise<Subscription> => {
    const [subscription] = isId(id) ? await subscriptionsOf(db.pool, payerId, { id, take: 1 }) : []
    if (!subscription) throw problem('subscription_not_found')
    return subscription
  }

  app.get(
    '/subscriptions',
    operation({
      ...reading,
      id: 'listSubscriptions',
      summary: 'Your subscriptions, newest first',
      query: ListQuery,
      answers: { 200: listOf(SubscriptionAnswer) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      return page(
        request,
        reply,
        means,
        ['subscriptions', memberId],
        async ({ after, take }) =>
          (await subscriptionsOf(db.pool, memberId, { before: after, take })).map(subscriptionView),
        (subscription) => subscription.id,
      )
    },
  )

  app.get(
    '/subscriptions/:id',
    operation({
      ...reading,
      id: 'getSubscription',
      summary: 'One of your subscriptions',
      params: Params,
      answers: { 200: SubscriptionAnswer },
      refuses: ['subscription_not_found'],
    }),
    async (request) => subscriptionView(await own(viewer(request).memberId, request.params.id)),
  )

  app.get(
    '/subscriptions/:id/charges',
    operation({
      ...reading,
      id: 'listCharges',
      summary: 'What a subscription of yours was charged, newest first',
      params: Params,
      query: ListQuery,
      answers: { 200: listOf(ChargeAnswer) },
      refuses: ['subscription_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const { id } = await own(viewer(request).memberId, request.params.id)
      return page(
        request,
        reply,
        means,
        ['charges', id],
        async ({ after, take }) =>
          (
            await chargesOf(db.pool, id, { before: after === undefined ? undefined : Number(after), take })
          ).map(chargeView),
        (charge) => String(charge.ordinal),
      )
    },
  )
}
