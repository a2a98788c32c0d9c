import { isId } from '@rivulet/db'
import { AUDIT_ACTS, AUDIT_ROLES, type AuditRow, auditRows } from '@rivulet/economy'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { Id, Time } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'

const own = {
  id: Id,
  at: Time,
  act: z.enum(AUDIT_ACTS),
  subject: z.object({ type: z.enum(['member', 'post', 'appeal', 'key', 'session']), id: Id }),
  requestId: z.string().nullable(),
}

const SecurityEntry = z.object(own).meta({ id: 'SecurityEntry' })

const AuditEntry = z
  .object({
    ...own,
    actorId: Id.nullable().meta({ description: 'Null: the operator, or the worker.' }),
    role: z.enum(AUDIT_ROLES),
    reason: z.string().nullable(),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'AuditEntry' })

const AuditQuery = z.strictObject({
  ...ListQuery.shape,
  actorId: Id.optional().meta({ description: 'Only what this member did.' }),
})

function presentOwn({
  id,
  at,
  act,
  subjectType,
  subjectId,
  requestId,
}: AuditRow): z.infer<typeof SecurityEntry> {
  return { id, at: at.toISOString(), act, subject: { type: subjectType, id: subjectId }, requestId }
}

function present(row: AuditRow): z.infer<typeof AuditEntry> {
  type Json = Record<string, unknown> | null
  const { actorId, role, reason, before, after } = row
  return { ...presentOwn(row), actorId, role, reason, before: before as Json, after: after as Json }
}

/** Who did what: all of it for admins, their own for each member. */
export async function auditLogRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }

  app.get(
    '/admin/audit-log',
    operation({
      id: 'listAuditLog',
      tag: 'moderation',
      summary: 'What was done with a right, newest first',
      session: 'required',
      scope: 'session',
      role: 'admin',
      query: AuditQuery,
      answers: { 200: listOf(AuditEntry) },
      refuses: ['invalid_cursor', 'member_not_found'],
    }),
    (request, reply) => {
      const { actorId } = request.query
      if (actorId !== undefined && !isId(actorId)) throw problem('member_not_found')
      reply.header('cache-control', 'private, no-store')
      const of = actorId === undefined ? {} : { actorId }
      return page(
        request,
        reply,
        means,
        ['audit-log', actorId ?? ''],
        async ({ after, take }) => (await auditRows(db.pool, { ...of, before: after, take })).map(present),
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/me/security-log',
    operation({
      id: 'listSecurityLog',
      tag: 'auth',
      summary: 'What was done to your keys, sessions and secret, newest first',
      session: 'required',
      scope: 'session',
      query: ListQuery,
      answers: { 200: listOf(SecurityEntry) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        means,
        ['security-log', memberId],
        async ({ after, take }) =>
          (await auditRows(db.pool, { actorId: memberId, own: true, before: after, take })).map(presentOwn),
        ({ id }) => id,
      )
    },
  )
}
