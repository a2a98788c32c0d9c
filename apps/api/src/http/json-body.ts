import type { FastifyInstance } from 'fastify'
import { problem } from '../errors/problem.ts'

/**
 * Reads bodies: JSON, in UTF-8, and nothing else. An empty body is none, whatever its Content-Type says, since many
 * clients set the header on every call. Keys that would reach an object's prototype are refused.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined)
    let text: string
    try {
      text = utf8.decode(body)
    } catch {
      return done(problem('malformed_json', 'The body is not UTF-8.'))
    }
    // The default parser takes a callback and calls it at once.
    void parse(request, text, (error, value) => {
      if (error) done(problem('malformed_json', 'The body is not JSON, or has a key that is not allowed.'))
      else done(null, value)
    })
  })
  // A call that takes no body refuses one, as it refuses any other field it does not know.
  app.addHook('preValidation', (request, _reply, done) => {
    const { schema } = request.routeOptions
    const isNone =
      request.body === undefined ||
      request.body === null ||
      (typeof request.body === 'object' && Object.keys(request.body).length === 0)
    if (isNone || !schema || schema.body) return done()
    done(problem('validation_failed', 'This call takes no body.'))
  })
}
