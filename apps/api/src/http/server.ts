import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { newId } from '@rivulet/db'
import type { FastifyInstance } from 'fastify'
import { problemBody } from '../errors/problem.ts'

const WELL_FORMED_ID = /^[A-Za-z0-9._-]{1,64}$/

/** The id of a request: the client's X-Request-Id when it is harmless to repeat and to log, else a new one. */
export function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && WELL_FORMED_ID.test(given) ? given : newId()
}

/** Answers what is not even HTTP: no request exists yet, so the answer is written to the socket as it is. */
export function refuseBrokenRequest(
  this: FastifyInstance,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (!socket.writable) {
    socket.destroy(error)
    return
  }
  const { body } = problemBody('malformed_request', 'This is not a well-formed HTTP request.', newId())
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}
