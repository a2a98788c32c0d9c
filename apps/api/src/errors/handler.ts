import { Overloaded } from '@rivulet/db'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Code } from './codes.ts'
import { InvalidInput } from './invalid-input.ts'
import { Problem, problem, problemBody } from './problem.ts'
import { isTimedOut, isUnreachable } from './unreachable.ts'

/** Sends a refusal. The one place where `application/problem+json` is written. */
export function sendProblem(reply: FastifyReply, refusal: Problem): FastifyReply {
  const { code, message, faults, extension } = refusal
  const { status, body } = problemBody(code, message, reply.request.id, faults, extension)
  // Not every refusal comes by the hook that sets it.
  reply.header('x-request-id', reply.request.id)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  const wait = refusal.retryAfterSeconds ?? (status === 503 ? 1 : undefined)
  if (wait !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(wait))))
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((value) => JSON.stringify(value))
    .send(body)
}

/** Whatever was thrown, as a refusal. What is not the client's doing is logged with its cause and told without. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asProblem(error)
  // Fastify would close at once, and a client that is still writing would see a broken pipe instead of the answer. The
  // rest of the body is read and dropped, for as long as the request timeout allows.
  if (refusal.code === 'body_too_large') reply.removeHeader('connection')
  if (refusal.code === 'internal_error') request.log.error({ err: error }, 'request failed')
  else if (refusal.code === 'unavailable') request.log.warn({ err: error }, 'a part does not answer')
  return sendProblem(reply, refusal)
}

export function handleNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, problem('not_found', 'No call of this API has this method and path.'))
}

/** Fastify's own refusals, by its codes. */
const FASTIFY: Record<string, [Code, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed_request',
    'The body is not as long as Content-Length says.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than this call takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: ['malformed_request', 'The path is not well-formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'A part of the path is longer than any name here.'],
}

function asProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (error instanceof InvalidInput)
    return problem('validation_failed', error.message, { faults: error.faults })
  const known = FASTIFY[error?.code]
  if (known) return problem(...known)
  if (error instanceof Overloaded || isTimedOut(error)) return problem('overloaded')
  if (isUnreachable(error)) return problem('unavailable')
  if (error?.statusCode && error.statusCode >= 400 && error.statusCode < 500)
    return problem('malformed_request')
  return problem('internal_error')
}
