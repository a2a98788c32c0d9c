import { isId } from '@rivulet/db'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id, NoContent } from '../http/schemas.ts'
import { amountOrNone } from '../idempotency/amount.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { KeySchema, keyView, MadeKeySchema, NewKeySchema } from './schemas.ts'
import { keysOf, MOST_KEYS, makeKey, revokeKey } from './store.ts'

const NOT_AHEAD = 'must be ahead'

/** A member's API keys: made, listed and revoked in person only. */
export async function keysRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.post(
    '/keys',
    operation({
      id: 'createKey',
      tag: 'keys',
      summary: 'Make an API key',
      description: `The key itself is told this once. A member has up to ${MOST_KEYS} that have not ended.`,
      session: 'required',
      scope: 'session',
      body: NewKeySchema,
      answers: { 201: MadeKeySchema },
      refuses: ['too_many_keys'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const { name, scopes, dailySpendLimit, expiresAt } = request.body
      const wish = {
        ...{ memberId: viewer(request).memberId, name, scopes },
        dailySpendLimit:
          dailySpendLimit === undefined ? null : amountOrNone(dailySpendLimit, '#/dailySpendLimit'),
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      }
      const made = await makeKey(db.pool, wish)
      if (!made.ok && made.code === 'already_over')
        throw problem('validation_failed', `expiresAt: ${NOT_AHEAD}`, {
          faults: [{ pointer: '#/expiresAt', detail: NOT_AHEAD }],
        })
      if (!made.ok) throw problem('too_many_keys', 'Revoke one that you do not use any more.')
      const { key, id, createdAt } = made
      reply.code(201)
      return {
        ...keyView({ ...wish, id, createdAt, spentToday: 0n, revokedAt: null }),
        key,
      }
    },
  )

  app.get(
    '/keys',
    operation({
      id: 'listKeys',
      tag: 'keys',
      summary: 'Your API keys, newest first',
      description: 'Also those that were revoked or have expired; never the keys themselves.',
      session: 'required',
      scope: 'session',
      query: ListQuery,
      answers: { 200: listOf(KeySchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['keys', memberId],
        async ({ after, take }) => (await keysOf(db.pool, memberId, { before: after, take })).map(keyView),
        (key) => key.id,
      )
    },
  )

  app.delete(
    '/keys/:id',
    operation({
      id: 'revokeKey',
      tag: 'keys',
      summary: 'Revoke an API key',
      description: 'It ends at once. Revoking it again changes nothing.',
      session: 'required',
      scope: 'session',
      params: z.strictObject({ id: Id }),
      answers: { 204: NoContent },
      refuses: ['key_not_found'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('key_not_found')
      const result = await revokeKey(db.pool, { memberId: viewer(request).memberId, id })
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )
}
