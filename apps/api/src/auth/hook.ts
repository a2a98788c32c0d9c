import type { Pool } from '@rivulet/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../errors/problem.ts'
import type { Limits } from '../rate-limit/limits.ts'
import { createViewerOf, type Viewer } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request; null when they are not signed in. */
    viewer: Viewer | null
  }
}

/** The `onRequest` of every call: the address limit, then the session, then the member's limit. */
export function admit(pool: Pool, limits: Limits) {
  const viewerOf = createViewerOf(pool)
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    limits.address(request, reply)
    const need = request.routeOptions.config.session ?? 'none'
    if (need === 'none') return
    const { authorization } = request.headers
    if (authorization === undefined) {
      if (need === 'required')
        throw problem('unauthenticated', 'Sign in, and send the token as a Bearer token.')
      return
    }
    const token = /^Bearer +([A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1]
    const viewer = token === undefined ? undefined : await viewerOf(token)
    // Also where a session is optional: who believes to be signed in should learn that they are not.
    if (!viewer)
      throw problem('unauthenticated', 'The token is not that of a session, or the session has ended.')
    request.viewer = viewer
    limits.member(viewer.memberId, reply)
  }
}

/** Who sends a request of a call whose session is `required`. */
export function viewer(request: FastifyRequest): Viewer {
  if (!request.viewer) throw new Error('this call does not require a session')
  return request.viewer
}
