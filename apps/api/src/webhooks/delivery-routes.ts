import { isId } from '@rivulet/db'
import { DELIVERIES_KEPT_DAYS } from '@rivulet/economy'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { wishOf } from './routes.ts'
import { DeliverySchema, deliveryView } from './schemas.ts'
import { ASKS_SECONDS, type AskResult, MOST_ASKS, pingWebhook, redeliver } from './send-again.ts'
import { type DeliveryRow, deliveriesOf, webhookOf } from './store.ts'

/** What became of the events of a webhook, and having one sent again, or another. */
export async function deliveriesRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const about = { tag: 'webhooks', session: 'required' } as const
  const asking = { ...about, scope: 'session', answers: { 202: DeliverySchema } } as const
  const limit = `Tests and redeliveries together: ${MOST_ASKS} a member in ${ASKS_SECONDS} seconds.`

  app.get(
    '/webhooks/:id/deliveries',
    operation({
      ...about,
      id: 'listWebhookDeliveries',
      summary: 'What was sent to a webhook, newest first',
      description: `Each event once, with what became of its last attempt. Kept for ${DELIVERIES_KEPT_DAYS} days.`,
      params: z.strictObject({ id: Id }),
      query: ListQuery,
      answers: { 200: listOf(DeliverySchema) },
      refuses: ['webhook_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store')
      const wish = wishOf(request)
      if (!(await webhookOf(db.pool, wish))) throw problem('webhook_not_found')
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['webhook-deliveries', wish.id],
        async (slice) => (await deliveriesOf(db.pool, wish.id, slice)).map(deliveryView),
        ({ id }) => id,
      )
    },
  )

  app.post(
    '/webhooks/:id/test',
    operation({
      ...asking,
      id: 'testWebhook',
      summary: 'Have a ping sent to a webhook',
      description: `Signed and retried like every event; its type is \`ping\`. ${limit}`,
      params: z.strictObject({ id: Id }),
      refuses: ['webhook_not_found', 'webhook_disabled'],
    }),
    async (request, reply) => {
      reply.code(202)
      return deliveryView(granted(await pingWebhook(db.pool, wishOf(request))))
    },
  )

  app.post(
    '/webhooks/:id/deliveries/:deliveryId/redeliver',
    operation({
      ...asking,
      id: 'redeliverWebhook',
      summary: 'Have a delivery sent again',
      description: `At once, with the same id and body, and retried as if it were new. ${limit}`,
      params: z.strictObject({ id: Id, deliveryId: Id }),
      refuses: ['webhook_not_found', 'webhook_disabled', 'delivery_not_found'],
    }),
    async (request, reply) => {
      const wish = wishOf(request)
      const { deliveryId } = request.params
      if (!isId(deliveryId)) throw problem('delivery_not_found')
      reply.code(202)
      return deliveryView(granted(await redeliver(db.pool, { ...wish, deliveryId })))
    },
  )
}

function granted(result: AskResult): DeliveryRow {
  if (result.ok) return result.row
  const { code } = result
  if (code === 'rate_limited')
    throw problem(code, `More than ${MOST_ASKS} tests and redeliveries in ${ASKS_SECONDS} seconds.`, {
      retryAfterSeconds: ASKS_SECONDS,
    })
  throw problem(code, code === 'webhook_disabled' ? 'Enable it first.' : undefined)
}
