import { GroupCommit, isId, withTransaction } from '@rivulet/db'
import {
  cancelSubscription,
  type ResumeInput,
  type ResumeResult,
  resume,
  type SubscribeInput,
  type SubscribeResult,
  subscribe,
} from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id, NoContent } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, type OnceRequest, type OnceResult, once } from '../idempotency/once.ts'
import { limitReached } from '../keys/limit-reached.ts'
import { subscriptionListRoutes } from './lists.ts'
import { ChargedAnswer, chargeView, NewSubscription, subscriptionView } from './schemas.ts'

const CHARGE_REFUSALS = [
  ...ONCE_REFUSALS,
  'member_not_found',
  'blocked',
  'suspended',
  'self_subscription',
  'below_minimum',
  'insufficient_funds',
  'spend_limit',
] as const

const paying = { tag: 'subscriptions', session: 'required', scope: 'pay' } as const

/** Payments that repeat: begun and resumed with a charge at once, cancelled at any time. The worker takes the others. */
export async function subscriptionsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules } = deps
  const begins = new GroupCommit<OnceRequest<SubscribeInput>, OnceResult>(db.hot, (tx, requests) =>
    once(tx, requests, async (tx, inputs) => (await subscribe(tx, rules, inputs)).map(answerOf(201))),
  )
  const resumes = new GroupCommit<OnceRequest<ResumeInput>, OnceResult>(db.hot, (tx, requests) =>
    once(tx, requests, async (tx, inputs) => (await resume(tx, rules, inputs)).map(answerOf(200))),
  )
  app.addHook('onClose', async () => {
    await Promise.all([begins.drain(), resumes.drain()])
  })
  await subscriptionListRoutes(app, deps)

  app.post(
    '/subscriptions',
    idempotent(
      operation({
        ...paying,
        id: 'createSubscription',
        summary: 'Pay a member by the day, week or month',
        description:
          'The first charge is taken at once: without the money for it nothing is begun. A month later is the same day, in ' +
          'a shorter month its last. To one member there is one subscription at a time.',
        body: NewSubscription,
        answers: { 201: ChargedAnswer },
        refuses: [...CHARGE_REFUSALS, 'already_subscribed', 'too_many_subscriptions'],
      }),
    ),
    async (request, reply) => {
      const { memberId: payerId, key } = viewer(request)
      const { memberId: receiverId, interval } = request.body
      if (!isId(receiverId)) throw problem('member_not_found')
      const input = { payerId, receiverId, interval, amount: amountAbove0(request.body.amount), key }
      const result = await begins.submit(onceRequest(request, payerId, input))
      return sendOnce(reply, result) as z.infer<typeof ChargedAnswer>
    },
  )

  app.post(
    '/subscriptions/:id/resume',
    idempotent(
      operation({
        ...paying,
        id: 'resumeSubscription',
        summary: 'Go on with a subscription that is past due',
        description: 'With a charge at once, from which its intervals count anew.',
        params: z.strictObject({ id: Id }),
        answers: { 200: ChargedAnswer },
        refuses: [...CHARGE_REFUSALS, 'subscription_not_found', 'not_past_due'],
      }),
    ),
    async (request, reply) => {
      const { memberId: payerId, key } = viewer(request)
      const { id } = request.params
      if (!isId(id)) throw problem('subscription_not_found')
      const result = await resumes.submit(onceRequest(request, payerId, { id, payerId, key }))
      return sendOnce(reply, result) as z.infer<typeof ChargedAnswer>
    },
  )

  app.delete(
    '/subscriptions/:id',
    operation({
      ...paying,
      id: 'cancelSubscription',
      summary: 'Cancel a subscription',
      description: 'Nothing more is taken. Cancelling it again changes nothing.',
      params: z.strictObject({ id: Id }),
      answers: { 204: NoContent },
      refuses: ['subscription_not_found'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('subscription_not_found')
      const payerId = viewer(request).memberId
      const result = await withTransaction(db.pool, (tx) => cancelSubscription(tx, { id, payerId }))
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )
}

const answerOf =
  (status: number) =>
  (result: SubscribeResult | ResumeResult): Answer => {
    if (result.ok)
      return { status, body: { ...subscriptionView(result.subscription), charge: chargeView(result.charge) } }
    return result.code === 'spend_limit' ? limitReached(result) : refusal(result.code)
  }
