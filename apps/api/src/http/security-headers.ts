import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'

/**
 * The headers that helmet sets for these options. They are the same on every answer, so helmet is asked once: asked for
 * each answer it takes as long as everything else in a route that does nothing.
 */
export async function securityHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const probe: FastifyInstance = Fastify()
  await probe.register(helmet, options)
  probe.get('/', async () => '')
  const { headers } = await probe.inject('/')
  await probe.close()
  const own = ['content-length', 'content-type', 'date', 'connection', 'keep-alive']
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (own.includes(name) ? [] : [[name, String(value)]])),
  )
}
