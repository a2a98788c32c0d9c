import cors from '@fastify/cors'
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { Registry } from 'prom-client'
import { adsRoutes } from './ads/routes.ts'
import { appealsRoutes } from './appeals/routes.ts'
import { archiveRoutes } from './archive/routes.ts'
import { auditLogRoutes } from './audit-log/routes.ts'
import { admit } from './auth/hook.ts'
import { authRoutes } from './auth/routes.ts'
import { createUses } from './auth/uses.ts'
import { authorshipRoutes } from './authorship/routes.ts'
import { blocksRoutes } from './blocks/routes.ts'
import { bookmarksRoutes } from './bookmarks/routes.ts'
import { campaignsRoutes } from './campaigns/routes.ts'
import { consentsRoutes } from './consents/routes.ts'
import { deletionRoutes } from './deletion/routes.ts'
import type { Deps } from './deps.ts'
import { devRoutes } from './dev/routes.ts'
import { handleError } from './errors/handler.ts'
import { feedsRoutes } from './feeds/routes.ts'
import { followsRoutes } from './follows/routes.ts'
import { grantsRoutes } from './grants/routes.ts'
import { healthRoutes } from './health/routes.ts'
import type { App } from './http/app.ts'
import { readJsonBodies } from './http/json-body.ts'
import { securityHeaders } from './http/security-headers.ts'
import { refuseBrokenRequest, requestId } from './http/server.ts'
import { validatorCompiler } from './http/validator.ts'
import { interactionsRoutes } from './interactions/routes.ts'
import { keysRoutes } from './keys/routes.ts'
import { logOptions } from './log.ts'
import { membersRoutes } from './members/routes.ts'
import { createMetrics } from './metrics/metrics.ts'
import { moderationRoutes } from './moderation/routes.ts'
import { tellSuspension } from './moderation/suspension.ts'
import { mutesRoutes } from './mutes/routes.ts'
import { networkRoutes } from './network/routes.ts'
import { notificationsRoutes } from './notifications/routes.ts'
import { describeApi, describeDocs } from './openapi/openapi.ts'
import { servePage } from './page/page.ts'
import { postingKeysRoutes } from './posting-keys/routes.ts'
import { postsRoutes } from './posts/routes.ts'
import { createLimits, type Limits } from './rate-limit/limits.ts'
import { reactionsRoutes } from './reactions/routes.ts'
import { receiptsRoutes } from './receipts/routes.ts'
import { reportsRoutes } from './reports/routes.ts'
import { revisionsRoutes } from './revisions/routes.ts'
import { rulesRoutes } from './rules/routes.ts'
import { searchRoutes } from './search/routes.ts'
import { sessionsRoutes } from './sessions/routes.ts'
import { settlementRoutes } from './settlement/routes.ts'
import { streamRoutes } from './stream/routes.ts'
import { subscriptionsRoutes } from './subscriptions/routes.ts'
import { threadsRoutes } from './threads/routes.ts'
import { tipsRoutes } from './tips/routes.ts'
import { transparencyRoutes } from './transparency/routes.ts'
import { unlocksRoutes } from './unlocks/routes.ts'
import { walletRoutes } from './wallet/routes.ts'
import { deliveriesRoutes } from './webhooks/delivery-routes.ts'
import { webhooksRoutes } from './webhooks/routes.ts'
import { withdrawalsRoutes } from './withdrawals/routes.ts'

/** What a room is given. */
export type RoomDeps = Deps & { limits: Limits; register: Registry }

/** A noun of the API: registers its routes below `/v1`. */
export type Room = (app: App, deps: RoomDeps) => Promise<void>

/** Every room there is. A new one is added here, and nowhere else. */
export const ROOMS: readonly Room[] = [
  networkRoutes,
  rulesRoutes,
  authRoutes,
  sessionsRoutes,
  keysRoutes,
  membersRoutes,
  archiveRoutes,
  deletionRoutes,
  followsRoutes,
  blocksRoutes,
  mutesRoutes,
  consentsRoutes,
  postsRoutes,
  threadsRoutes,
  revisionsRoutes,
  authorshipRoutes,
  postingKeysRoutes,
  feedsRoutes,
  searchRoutes,
  interactionsRoutes,
  reactionsRoutes,
  bookmarksRoutes,
  tipsRoutes,
  campaignsRoutes,
  adsRoutes,
  subscriptionsRoutes,
  unlocksRoutes,
  walletRoutes,
  grantsRoutes,
  receiptsRoutes,
  withdrawalsRoutes,
  notificationsRoutes,
  streamRoutes,
  reportsRoutes,
  moderationRoutes,
  appealsRoutes,
  auditLogRoutes,
  webhooksRoutes,
  deliveriesRoutes,
  transparencyRoutes,
  settlementRoutes,
  devRoutes,
]

const BODY_LIMIT = 64 * 1024

/**
 * The API, ready to listen or to be injected into; it does not listen by itself and does not close `deps`.
 *
 * @param limits other rate limits than those of this deployment
 * @param rooms others than those that are shipped
 */
export async function buildApp(
  deps: Deps,
  {
    limits = createLimits({
      now: deps.now,
      exemptLoopback: deps.config.embedded,
      share: deps.siblings?.share,
    }),
    rooms = ROOMS,
  }: { limits?: Limits; rooms?: readonly Room[] } = {},
): Promise<FastifyInstance> {
  const { config, lifecycle } = deps
  const options: FastifyServerOptions = {
    logger: logOptions(config),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT,
    // The first hop is the peer of the socket. With none trusted, X-Forwarded-For is only a header.
    trustProxy: (_address, hop) => hop < config.trustProxyHops,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    // While closing, what arrives on an open connection is still answered.
    return503OnClosing: false,
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error, request, reply) => handleError(error, request, reply),
    routerOptions: { maxParamLength: 200 },
  }
  const app = Fastify(options)
  app.setErrorHandler(handleError)
  app.decorateRequest('viewer', null)
  const security = await securityHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    strictTransportSecurity: config.publicUrl.startsWith('https:') && { includeSubDomains: false },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(security)
    reply.header('x-request-id', request.id)
    done()
  })
  // A connection left open would be waited for. Also those of requests that came before the word to stop.
  app.addHook('onSend', (_request, reply, payload, done) => {
    const leave = lifecycle.draining || lifecycle.toShed > 0
    if (leave) reply.header('connection', 'close')
    if (lifecycle.toShed > 0) lifecycle.toShed--
    done(null, payload)
  })
  const metrics = createMetrics(app, deps.siblings)
  readJsonBodies(app)

  await app.register(cors, {
    origin: config.corsOrigins,
    strictPreflight: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'last-event-id',
      'x-request-id',
    ],
    exposedHeaders: [
      'etag',
      'idempotent-replayed',
      'link',
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
      'x-request-id',
    ],
    maxAge: 600,
  })
  app.setNotFoundHandler(await servePage(app, config))
  await describeApi(app, config)

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(metrics.contentType)
    return metrics.read()
  })
  // The zod compilers stay inside these scopes: plugins at the root bring routes with JSON schemas of their own.
  await app.register(async (scope) => healthRoutes(speakZod(scope), deps))
  await app.register(
    async (scope) => {
      const v1 = speakZod(scope)
      const uses = createUses(deps.db.pool, (error) =>
        app.log.warn({ err: error }, 'when sessions and keys were used is not written'),
      )
      v1.addHook('onRequest', admit(deps.db.pool, limits, uses))
      v1.addHook('onClose', () => uses.drain())
      v1.setErrorHandler(tellSuspension(deps.db.pool))
      for (const room of rooms) await room(v1, { ...deps, limits, register: metrics.register })
    },
    { prefix: '/v1' },
  )
  await describeDocs(app)
  await app.ready()
  return app
}

function speakZod(scope: FastifyInstance): App {
  scope.setValidatorCompiler(validatorCompiler)
  scope.setSerializerCompiler(serializerCompiler)
  return scope as unknown as App
}
