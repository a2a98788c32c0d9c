import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { Config } from '../config.ts'
import type { SessionNeed } from '../http/operation.ts'
import { scopeNeeded } from '../http/scopes.ts'
import { complete } from './complete.ts'
import type { Document } from './schema.ts'

const TAGS = [
  { name: 'network', description: 'What this network is, and its rules.' },
  { name: 'auth', description: 'Signing in with a wallet.' },
  { name: 'members', description: 'Who is here.' },
  { name: 'follows', description: 'Who reads whom.' },
  { name: 'blocks', description: 'Who has nothing to do with whom.' },
  { name: 'mutes', description: 'Whom a member does not want in their feeds.' },
  { name: 'consents', description: 'Who may list whom in the splits of a post.' },
  { name: 'posts', description: 'Notes, articles and comments.' },
  { name: 'feeds', description: 'Lists of posts.' },
  { name: 'interactions', description: 'Likes, reads and reposts, and what they pay.' },
  { name: 'bookmarks', description: 'Posts a member wants to find again.' },
  { name: 'search', description: 'Posts, members and tags, by what they say.' },
  { name: 'tips', description: 'Money from one member to another.' },
  { name: 'keys', description: 'For bots and devices: what they may do, and what they may spend a day.' },
  { name: 'subscriptions', description: 'Payments to a member that repeat.' },
  { name: 'unlocks', description: 'Articles with a price.' },
  { name: 'campaigns', description: 'What sponsors pay for views, and what they got.' },
  { name: 'ads', description: 'Views: what is shown beside a post, and what seeing it pays.' },
  { name: 'wallet', description: 'Balances, entries, pledge and deposits.' },
  { name: 'withdrawals', description: 'Money to the chain.' },
  { name: 'notifications', description: 'What happened to what is yours.' },
  { name: 'stream', description: 'What happens, as it happens.' },
  { name: 'webhooks', description: 'What happens, sent to a url.' },
  { name: 'moderation', description: 'Reports, actions, appeals, and the log of them.' },
  { name: 'settlement', description: 'Epochs on the chain, their leaves and proofs.' },
  { name: 'transparency', description: 'Reserves and liabilities.' },
  { name: 'dev', description: 'Only on the embedded stack.' },
  { name: 'health', description: 'For whoever runs this.' },
]

/** Collects every route that is registered after it into an OpenAPI 3.1 document, served at `/openapi.json`. */
export async function describeApi(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rivulet',
        version: '1.0.0',
        summary: 'A social network that pays the people who make it.',
        description:
          'JSON in camelCase, times in UTC (RFC 3339), ids are UUIDs of version 7, amounts are decimal strings of the ' +
          'asset. Lists answer `{data, nextCursor}`. Refusals are problem details (RFC 9457) with a stable `code`. ' +
          'Unknown fields are refused.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: config.publicUrl }],
      tags: TAGS,
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'The token of `POST /v1/auth/verify`.' },
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key of `POST /v1/keys` that has the scope the call names.',
          },
        },
      },
    },
    transform: (route) => jsonSchemaTransform(withSecurity(route)),
    transformObject: (document) => {
      const written = withoutUnused(jsonSchemaTransformObject(document))
      complete(written as unknown as Document)
      return written
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** The document for people, at `/docs`. Everything it loads comes from here. */
export async function describeDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, docExpansion: 'list', persistAuthorization: true },
    staticCSP:
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
      "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  })
}

const NOT_BY_KEY = 'By session only: no API key does this.'

/** Says who may make a call. What it asks of a key depends on its method, which its description does not know. */
function withSecurity<R extends { schema?: object; route: RouteOptions }>(described: R): R {
  const { config } = described.route
  const schema = described.schema as { description?: string; hide?: boolean } | undefined
  if (!schema || schema.hide || !config?.session) return described
  const need = scopeNeeded(config, String(described.route.method))
  const tokens = [{ session: [] }, ...(need === 'session' ? [] : [{ key: [need] }])]
  const security: Record<SessionNeed, object[]> = { none: [], optional: [{}, ...tokens], required: tokens }
  const byKey = need === 'session' ? NOT_BY_KEY : `An API key needs the scope \`${need}\`.`
  const description = config.session === 'none' ? schema.description : `${schema.description}\n\n${byKey}`
  return { ...described, schema: { ...schema, description, security: security[config.session] } }
}

type Transform = typeof jsonSchemaTransformObject

/** Every named schema is written twice, as input and as output: keeps those that a call leads to. */
function withoutUnused(written: ReturnType<Transform>): ReturnType<Transform> {
  const document = written as Document
  let schemas = document.components?.schemas ?? {}
  for (let before = -1; before !== Object.keys(schemas).length; ) {
    before = Object.keys(schemas).length
    const text = JSON.stringify({ ...document, components: { schemas } })
    schemas = Object.fromEntries(
      Object.entries(schemas).filter(([name]) => text.includes(`"#/components/schemas/${name}"`)),
    )
  }
  return { ...document, components: { ...document.components, schemas } } as ReturnType<Transform>
}
