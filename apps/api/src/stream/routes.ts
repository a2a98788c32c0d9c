import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RoomDeps } from '../app.ts'
import { viewer } from '../auth/hook.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { isAllowedIp } from '../keys/allowed-ips.ts'
import { hashOfKey } from '../keys/viewers.ts'
import type { Credential } from './credentials.ts'
import { createHub, STREAMS_MAX } from './hub.ts'
import { REPLAY_MAX } from './look.ts'
import { createStreamMetrics } from './metrics.ts'
import { type Position, readPosition } from './position.ts'
import { StreamQuery, TicketAnswer, topicsOf } from './schemas.ts'
import { issueTicket, useTicket } from './tickets.ts'

const EVENT_STREAM = 'text/event-stream'

/** For a reader to take the end of a stream. */
const END_MS = 2_000

/** Of no time at all: whoever goes on from there is told that too much has happened. */
const LONG_AGO: Position = { at: 0, notifications: { since: '1:1:' }, feed: '1:1:', wallet: null }

/** What happens, as it happens: server-sent events (HTML, "Server-sent events"). */
export async function streamRoutes(app: App, deps: RoomDeps): Promise<void> {
  const { db, limits, lifecycle, register } = deps
  const hub = createHub({
    pool: db.pool,
    metrics: createStreamMetrics(register),
    failed: (error) => app.log.warn({ err: error }, 'streams do not learn what is new'),
  })
  // Before the server waits for its connections to end.
  app.addHook('preClose', () => hub.close())

  app.post(
    '/stream/ticket',
    operation({
      id: 'createStreamTicket',
      summary: 'Get a ticket for a stream',
      description:
        'For `EventSource`, which cannot send a token: `GET /v1/stream?ticket=`. Good once and for a minute, and a stream ' +
        'that it opened ends with the session or the key that asked for it. Each connection takes a ticket of its own.',
      tag: 'stream',
      session: 'required',
      scope: 'read',
      answers: { 200: TicketAnswer },
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const issued = await issueTicket(db.pool, { memberId, credential: credentialOf(request) })
      reply.header('cache-control', 'private, no-store')
      return { ticket: issued.ticket, expiresAt: issued.expiresAt.toISOString() }
    },
  )

  const opened = operation({
    id: 'openStream',
    summary: 'Be told what happens, as it happens',
    description:
      'Server-sent events, for as long as it is read; signed in, or with a `ticket`. `notifications`: one, as the list ' +
      'shows it. `wallet`: as `GET /v1/wallet`, after it changed. `feed`: `{count, ids}`, new top-level posts by those you follow. `ready`: it has begun. ' +
      `Behind a \`Last-Event-ID\` it goes on with what came since: up to ${REPLAY_MAX} notifications, and for 24 hours; beyond that, \`reset\`: ` +
      'read anew what you show. ' +
      `A comment every 15 seconds while nothing happens. ${STREAMS_MAX} at most of a member in a process; who does not read is cut.`,
    tag: 'stream',
    session: 'optional',
    query: StreamQuery,
    answers: { 200: z.string().describe('The events.') },
    refuses: ['too_many_streams', 'not_ready'],
  })
  app.get(
    '/stream',
    { ...opened, exposeHeadRoute: false, schema: { ...opened.schema, produces: [EVENT_STREAM] } },
    async (request, typed) => {
      // A stream goes out as it is: no serializer sees it.
      const reply = typed as unknown as FastifyReply
      const { topics, ticket, lastEventId } = request.query
      if (lifecycle.draining) throw problem('not_ready', 'This process is about to stop: connect again.')
      const who = request.viewer
        ? { memberId: request.viewer.memberId, credential: credentialOf(request) }
        : await ticketHolder(request, reply, ticket)
      const last = headerOf(request) ?? lastEventId
      const position = last === undefined ? undefined : (readPosition(last) ?? LONG_AGO)
      const result = await hub.open(
        { ...who, topics: topicsOf(topics), position },
        () => reply.raw.writableLength,
      )
      if (!result.ok)
        throw result.code === 'not_ready'
          ? problem('not_ready', 'This process is about to stop: connect again.')
          : problem('too_many_streams', `${STREAMS_MAX} streams of yours are open here: end one of them.`)
      // An ended answer whose reader does not read would keep the server from closing.
      result.out.once('end', () => setTimeout(() => reply.raw.destroy(), END_MS).unref())
      reply.type(EVENT_STREAM).header('cache-control', 'private, no-store').header('x-accel-buffering', 'no')
      return reply.send(result.out) as never
    },
  )

  async function ticketHolder(request: FastifyRequest, reply: FastifyReply, ticket: string | undefined) {
    if (ticket === undefined)
      throw problem('unauthenticated', 'Sign in, and send the token as a Bearer token, or a ticket.')
    const used = await useTicket(db.pool, ticket)
    if (!used) throw problem('unauthenticated', 'The ticket is none, was used or is over: get another one.')
    if (!isAllowedIp(used.allowedIps, request.ip))
      throw problem('ip_not_allowed', `This ticket is of a key that is not for use from ${request.ip}.`)
    limits.member(used.memberId, reply)
    return { memberId: used.memberId, credential: used.credential }
  }
}

function headerOf({ headers }: FastifyRequest): string | undefined {
  const value = headers['last-event-id']
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What a signed-in request was sent with. */
function credentialOf(request: FastifyRequest): Credential {
  const { sessionId } = viewer(request)
  if (sessionId !== null) return { sessionId }
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  return { keyHash: hashOfKey(token).toString('hex') }
}
