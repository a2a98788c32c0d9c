import type { Middleware } from 'openapi-fetch'

/**
 * Names every POST that has no `Idempotency-Key` yet. A retry of the client sends the same one, so that what was done and
 * not answered is answered, and not done again. Name your own where a wish must outlive this process.
 */
export const namesRequests: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('idempotency-key'))
      request.headers.set('idempotency-key', crypto.randomUUID())
    return request
  },
}
