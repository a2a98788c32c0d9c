import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { createReadiness } from './readiness.ts'

export async function healthRoutes(app: App, deps: Deps): Promise<void> {
  const readiness = createReadiness(deps)

  app.get(
    '/livez',
    operation({
      id: 'getLiveness',
      tag: 'health',
      summary: 'Is the process alive?',
      session: 'none',
      answers: { 200: z.object({ status: z.literal('alive') }).describe('It runs.') },
    }),
    async () => ({ status: 'alive' as const }),
  )

  app.get(
    '/readyz',
    operation({
      id: 'getReadiness',
      tag: 'health',
      summary: 'Can the process serve?',
      description:
        'The database answers, all migrations are applied, and the chain answers and is the right one. `detail` says when others run by newer rules.',
      session: 'none',
      answers: {
        200: z.object({ status: z.literal('ready'), detail: z.string().optional() }).describe('It serves.'),
      },
      refuses: ['not_ready'],
    }),
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      if (deps.lifecycle.draining) throw problem('not_ready', 'This process is stopping.')
      if (deps.lifecycle.starting) throw problem('not_ready', 'Not all processes listen yet.')
      const { note, ...asked } = await readiness()
      const faults = Object.entries(asked.faults)
      if (faults.length === 0) return { status: 'ready' as const, ...(note && { detail: note }) }
      throw problem('not_ready', faults.map(([part, fault]) => `${part}: ${fault}`).join('; '))
    },
  )
}
