import type { Pool } from '@rivulet/db'
import { type Role, roleOf } from '@rivulet/economy'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors/problem.ts'
import { scopeNeeded } from '../http/scopes.ts'
import { isAllowedIp } from '../keys/allowed-ips.ts'
import type { KeyEnd } from '../keys/viewers.ts'
import type { Limits } from '../rate-limit/limits.ts'
import { createViewerOf, type Viewer } from './sessions.ts'
import type { Uses } from './uses.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; null when they are not signed in. */
    viewer: Viewer | null
  }
}

const ENDED: Record<KeyEnd, string> = {
  expired: 'This key has expired: make another one.',
  rotated: 'This key has a newer secret, and the grace of this one is over: use the newer one.',
}

/**
 * The `onRequest` of every call: the address limit, then who asks, and by a key from where, then the member's limit, then
 * the role a call takes, or what a key may do.
 */
export function admit(pool: Pool, limits: Limits, uses: Uses) {
  const viewerOf = createViewerOf(pool)
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    limits.address(request, reply)
    const { config } = request.routeOptions
    const need = config.session ?? 'none'
    if (need === 'none') return
    const { authorization } = request.headers
    if (authorization === undefined) {
      if (need === 'required')
        throw problem('unauthenticated', 'Sign in, and send the token as a Bearer token.')
      return
    }
    const token = /^Bearer +((?:rvk_)?[A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1]
    const found = token === undefined ? undefined : await viewerOf(token)
    // Also where a session is optional: who believes to be signed in should learn that they are not.
    if (!found)
      throw problem('unauthenticated', 'The token is not that of a session or an API key, or it has ended.')
    if ('ended' in found) throw problem('key_expired', ENDED[found.ended])
    const { viewer } = found
    // Before the member's limit: who holds a stolen key elsewhere must not use that up.
    if (viewer.key && !isAllowedIp(viewer.key.allowedIps, request.ip))
      throw problem(
        'ip_not_allowed',
        `This key is not for use from ${request.ip}: ask from an address it allows.`,
      )
    if (found.idle) uses.note(viewer)
    request.viewer = viewer
    limits.member(viewer.memberId, reply)
    if (!viewer.key) {
      if (config.role) await admitRole(pool, viewer, config.role)
      return
    }
    const scope = scopeNeeded(config, request.method)
    if (scope === 'session')
      throw problem('insufficient_scope', 'No API key does this: sign in, and send the token of a session.')
    if (!viewer.key.scopes.includes(scope))
      throw problem('insufficient_scope', `This key lacks the scope \`${scope}\`: make one that has it.`)
  }
}

/** Asked of the database by the calls that take a role and by no other, so that a role ends with the commit that takes it. */
async function admitRole(pool: Pool, viewer: Viewer, needed: Role): Promise<void> {
  const role = await roleOf(pool, viewer.memberId)
  if (role === undefined || (needed === 'admin' && role !== 'admin'))
    throw problem('forbidden', `This is for ${needed}s: the operator says who is one.`)
}

/** Who sends a request of a call whose session is `required`. */
export function viewer(request: FastifyRequest): Viewer {
  if (!request.viewer) throw new Error('this call does not require a session')
  return request.viewer
}
