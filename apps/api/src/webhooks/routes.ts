import { isId } from '@rivulet/db'
import { readWebhookUrl } from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id, NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { changeWebhook, deleteWebhook } from './change.ts'
import { MOST_WEBHOOKS, makeWebhook } from './make.ts'
import { MOST_FORMER, rotateSecret } from './rotate.ts'
import {
  MadeWebhookSchema,
  NewWebhookSchema,
  WebhookChangesSchema,
  WebhookRotationSchema,
  WebhookSchema,
  webhookView,
} from './schemas.ts'
import { webhookOf, webhooksOf } from './store.ts'

/** Where members have what they are told sent. Only a member in person changes that; looking takes the scope `read`. */
export async function webhooksRoutes(app: App, deps: Deps): Promise<void> {
  const { db, cursors, config } = deps
  const about = { tag: 'webhooks', session: 'required' } as const
  const inPerson = { ...about, scope: 'session' } as const
  const params = z.strictObject({ id: Id })

  app.post(
    '/webhooks',
    operation({
      ...inPerson,
      id: 'createWebhook',
      summary: 'Have what you are told sent to a url',
      description: `Its secret is told this once. A member has up to ${MOST_WEBHOOKS}.`,
      body: NewWebhookSchema,
      answers: { 201: MadeWebhookSchema },
      refuses: ['too_many_webhooks'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const { url, events } = request.body
      const { memberId } = viewer(request)
      const made = await makeWebhook(db.pool, { memberId, url: urlOf(url, deps), events: events ?? [] })
      if (!made.ok) throw problem(made.code, `${MOST_WEBHOOKS} are the most: delete one, or change it.`)
      reply.code(201)
      return { ...webhookView(made.row), secret: made.secret }
    },
  )

  app.get(
    '/webhooks',
    operation({
      ...about,
      id: 'listWebhooks',
      summary: 'Your webhooks, newest first',
      description: 'Never their secrets.',
      query: ListQuery,
      answers: { 200: listOf(WebhookSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['webhooks', memberId],
        async (slice) => (await webhooksOf(db.pool, memberId, slice)).map(webhookView),
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/webhooks/:id',
    operation({
      ...about,
      id: 'getWebhook',
      summary: 'One of your webhooks',
      description: 'Never its secret.',
      params,
      answers: { 200: WebhookSchema },
      refuses: ['webhook_not_found'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store')
      const row = await webhookOf(db.pool, wishOf(request))
      if (!row) throw problem('webhook_not_found')
      return webhookView(row)
    },
  )

  app.patch(
    '/webhooks/:id',
    operation({
      ...inPerson,
      id: 'changeWebhook',
      summary: 'Change, disable or enable a webhook',
      description: 'While it is disabled nothing is written for it, and what waited is not sent.',
      params,
      body: WebhookChangesSchema,
      answers: { 200: WebhookSchema },
      refuses: ['webhook_not_found'],
    }),
    async (request) => {
      const { url, events, enabled } = request.body
      const result = await changeWebhook(db.pool, {
        ...wishOf(request),
        url: url === undefined ? undefined : urlOf(url, deps),
        events: events === undefined ? undefined : (events ?? []),
        enabled,
      })
      if (!result.ok) throw problem(result.code)
      return webhookView(result.row)
    },
  )

  app.delete(
    '/webhooks/:id',
    operation({
      ...inPerson,
      id: 'deleteWebhook',
      summary: 'Delete a webhook',
      description: 'Its deliveries go with it.',
      params,
      answers: { 204: NoContent },
      refuses: ['webhook_not_found'],
    }),
    async (request, reply) => {
      const result = await deleteWebhook(db.pool, wishOf(request))
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )

  app.post(
    '/webhooks/:id/rotate-secret',
    operation({
      ...inPerson,
      id: 'rotateWebhookSecret',
      summary: 'Give a webhook a new secret',
      description:
        'Told this once. What is sent is signed with the secret before as well until the grace is over.',
      params,
      body: WebhookRotationSchema,
      answers: { 200: MadeWebhookSchema },
      refuses: ['webhook_not_found', 'too_many_rotations'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const result = await rotateSecret(db.pool, { ...wishOf(request), ...request.body })
      if (!result.ok && result.code === 'too_many_rotations')
        throw problem(
          result.code,
          `${MOST_FORMER} secrets sign beside the newest: wait until one has ended, or end them with a graceSeconds of 0.`,
        )
      if (!result.ok) throw problem(result.code)
      return { ...webhookView(result.row), secret: result.secret }
    },
  )
}

/** Whose webhook a request is about. @throws a problem `webhook_not_found` for what is no id */
export function wishOf(request: Parameters<typeof viewer>[0]): { memberId: string; id: string } {
  const { id } = request.params as { id: string }
  if (!isId(id)) throw problem('webhook_not_found')
  return { memberId: viewer(request).memberId, id }
}

function urlOf(text: string, { config }: Deps): URL {
  const read = readWebhookUrl(text, config.webhooks)
  if (read.ok) return read.url
  throw problem('validation_failed', `url: ${read.detail}`, {
    faults: [{ pointer: '#/url', detail: read.detail }],
  })
}
