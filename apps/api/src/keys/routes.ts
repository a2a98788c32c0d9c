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
import { readAllowedIp } from './allowed-ips.ts'
import { MOST_FORMER, type RotateKeyResult, rotateKey } from './rotate.ts'
import {
  KeySchema,
  keyView,
  MadeKeySchema,
  NewKeySchema,
  RotatedKeySchema,
  RotationSchema,
} from './schemas.ts'
import { keysOf, MOST_DAYS, MOST_KEYS, makeKey, revokeKey } from './store.ts'

const EXPIRY = { already_over: 'must be ahead', too_far: `must be at most ${MOST_DAYS} days ahead` }

const NEVER_USED = { spentToday: 0n, revokedAt: null, lastUsedAt: null, formerEndsAt: null }

const NOT_ROTATED: Record<(RotateKeyResult & { ok: false })['code'], string | undefined> = {
  key_not_found: undefined,
  key_ended: 'Make another one.',
  too_many_rotations: `${MOST_FORMER} secrets go on beside the newest: wait until one has ended, or end them with a graceSeconds of 0.`,
}

/** A member's API keys: made, listed, rotated and revoked in person only. */
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
      const { name, scopes, dailySpendLimit, expiresAt, allowedIps = [] } = request.body
      const wish = {
        ...{ memberId: viewer(request).memberId, name, scopes, requestId: request.id },
        allowedIps: [...new Set(allowedIps.flatMap((one) => readAllowedIp(one) ?? []))],
        dailySpendLimit:
          dailySpendLimit === undefined ? null : amountOrNone(dailySpendLimit, '#/dailySpendLimit'),
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      }
      const made = await makeKey(db.pool, wish)
      if (!made.ok) {
        const { code } = made
        if (code === 'too_many_keys') throw problem(code, 'Revoke one that you do not use any more.')
        throw problem('validation_failed', `expiresAt: ${EXPIRY[code]}`, {
          faults: [{ pointer: '#/expiresAt', detail: EXPIRY[code] }],
        })
      }
      const { key, id, createdAt } = made
      reply.code(201)
      return {
        ...keyView({ ...wish, id, createdAt, ...NEVER_USED }),
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

  app.post(
    '/keys/:id/rotate',
    operation({
      id: 'rotateKey',
      tag: 'keys',
      summary: 'Give an API key a new secret',
      description:
        'Told this once. The secret before goes on for the grace; id, scopes, addresses, expiry and spend limit stay.',
      session: 'required',
      scope: 'session',
      params: z.strictObject({ id: Id }),
      body: RotationSchema,
      answers: { 200: RotatedKeySchema },
      refuses: ['key_not_found', 'key_ended', 'too_many_rotations'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const { id } = request.params
      if (!isId(id)) throw problem('key_not_found')
      const { memberId } = viewer(request)
      const result = await rotateKey(db.pool, { memberId, id, ...request.body, requestId: request.id })
      if (!result.ok) throw problem(result.code, NOT_ROTATED[result.code])
      return { ...keyView(result.row), key: result.key }
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
      const result = await revokeKey(db.pool, {
        ...{ memberId: viewer(request).memberId, id, requestId: request.id },
      })
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )
}
