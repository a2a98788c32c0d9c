import type { Middleware } from 'openapi-fetch'
import { NAMED } from './generated/named.ts'

/**
 * Names every POST that takes an `Idempotency-Key` and has none yet. A retry of the client sends the same one, so that what
 * was done and not answered is answered, and not done again; a POST that takes none is sent once. Name your own where a wish
 * must outlive this process.
 */
export const namesRequests: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === 'POST' && NAMED.has(schemaPath) && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID())
    return request
  },
}
