import type { Role } from '@rivulet/economy'
import { z } from 'zod'
import { type Code, PROBLEMS } from '../errors/codes.ts'
import { ProblemSchema } from '../errors/problem.ts'
import { assertScope, type ScopeNeed } from './scopes.ts'

/**
 * Who may call: anybody (`none`), anybody but told apart when signed in (`optional`), or a signed-in member (`required`).
 */
export type SessionNeed = 'none' | 'optional' | 'required'

declare module 'fastify' {
  interface FastifyContextConfig {
    session?: SessionNeed
    scope?: ScopeNeed
    role?: Role
  }
}

const Nothing = z.strictObject({})

type Description<B, Q, P, A> = {
  /** The operationId of the document, and the name of the method in generated clients. */
  id: string
  summary: string
  description?: string
  tag: string
  session: SessionNeed
  /** What an API key must have for it; without one `read` for a GET, and a session for all else. */
  scope?: ScopeNeed
  /** The role it takes, by a session and never by a key; an admin may do what a moderator may. */
  role?: Role
  /** Always a strict object: unknown fields are refused. */
  body?: B
  query?: Q
  params?: P
  /** The schemas of success, by status. */
  answers: A
  /** The refusals of this call beyond those every call of its kind has. */
  refuses?: readonly Code[]
  /** Bytes; 64 KiB unless told. */
  bodyLimit?: number
}

/**
 * The options of a route, from one description: what it validates, what it answers, what it refuses with, and what the
 * OpenAPI document says about it.
 *
 *     app.put('/posts/:id/like', operation({ … }), async (request, reply) => …)
 */
export function operation<
  A extends Record<number, z.ZodType>,
  B extends z.ZodType = z.ZodUnknown,
  Q extends z.ZodType = typeof Nothing,
  P extends z.ZodType = typeof Nothing,
>(d: Description<B, Q, P, A>) {
  assertScope(d.scope, d.id)
  if (d.role && (d.session !== 'required' || d.scope !== 'session'))
    throw new Error(`${d.id} asks for a role, and so for a session`)
  return {
    config: {
      session: d.session,
      ...(d.scope ? { scope: d.scope } : {}),
      ...(d.role ? { role: d.role } : {}),
    },
    ...(d.bodyLimit === undefined ? {} : { bodyLimit: d.bodyLimit }),
    schema: {
      operationId: d.id,
      summary: d.summary,
      description: (d.description ?? d.summary) + (d.role ? ` ${FOR[d.role]}` : ''),
      tags: [d.tag],
      ...(d.body ? { body: d.body } : {}),
      querystring: (d.query ?? Nothing) as Q,
      ...(d.params ? { params: d.params } : {}),
      response: { ...d.answers, ...refusals(codesOf(d)) },
    } as RouteSchema<A, B, Q, P>,
  }
}

/** Only the successes are typed: refusals leave by the error handler. */
type RouteSchema<A, B, Q, P> = { body: B; querystring: Q; params: P; response: A }

const FOR: Record<Role, string> = {
  moderator: 'For moderators and admins, by session.',
  admin: 'For admins, by session.',
}

const KEY_AND_SESSION = ['unauthenticated', 'key_expired', 'ip_not_allowed', 'insufficient_scope'] as const

function codesOf(d: Description<unknown, unknown, unknown, unknown>): Code[] {
  return [
    'malformed_request',
    ...(d.body ? (['malformed_json', 'body_too_large', 'unsupported_media_type'] as const) : []),
    'validation_failed',
    ...(d.session === 'none' ? [] : KEY_AND_SESSION),
    ...(d.role ? (['forbidden'] as const) : []),
    ...(d.refuses ?? []),
    'rate_limited',
    'internal_error',
    'overloaded',
    'unavailable',
  ]
}

/** One response per status, each naming its codes. */
function refusals(codes: Code[]): Record<number, unknown> {
  const byStatus = new Map<number, Set<Code>>()
  for (const code of codes) {
    const { status } = PROBLEMS[code]
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: [...names].map((name) => `\`${name}\`: ${PROBLEMS[name].title}.`).join('\n\n'),
        content: { 'application/problem+json': { schema: ProblemSchema } },
      },
    ]),
  )
}
