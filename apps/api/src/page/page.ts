import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { handleNotFound } from '../errors/handler.ts'
import { pagePolicy } from './policy.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply

/**
 * Serves the built page at `/`: every path that a browser asks for as a page, and that is no call of the API, is the
 * page, which finds out by itself what to show there.
 *
 * @returns what answers requests that no route answers
 */
export async function servePage(app: FastifyInstance, { pageRoot, chain }: Config): Promise<Handler> {
  if (!existsSync(join(pageRoot, 'index.html'))) return handleNotFound
  const html = readFileSync(join(pageRoot, 'index.html'))
  const etag = `"${createHash('sha256').update(html).digest('base64url')}"`
  const policy = pagePolicy(chain.publicRpcUrl)
  // The names of what is in there tell its content, so it never changes.
  await app.register(fastifyStatic, {
    root: join(pageRoot, 'assets'),
    prefix: '/assets/',
    ...{ index: false, immutable: true, maxAge: '365d', preCompressed: true, decorateReply: false },
  })
  app.get('/icon.svg', { schema: { hide: true } }, (_request, reply) =>
    reply
      .type('image/svg+xml')
      .header('cache-control', 'max-age=86400')
      .send(readFileSync(join(pageRoot, 'icon.svg'))),
  )
  const sendPage: Handler = (request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      // Addresses of pages name who is read: other sites learn nothing of them.
      'referrer-policy': 'no-referrer',
      etag,
    })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type('text/html; charset=utf-8').send(html)
  }
  app.get('/', { schema: { hide: true } }, sendPage)
  return (request, reply) => (wantsPage(request) ? sendPage(request, reply) : handleNotFound(request, reply))
}

/** Whether a browser asks for a page, and not a client for a call that there is not. */
function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (/^\/(v1|docs|assets)(\/|$)/.test(url.split('?', 1)[0]!)) return false
  return headers.accept?.includes('text/html') ?? false
}
