import { z } from 'zod'
import type { Reach } from './address.ts'

const port = z.number().int().min(1).max(65_535)

const environment = z.object({
  WEBHOOKS_TO_PRIVATE: z
    .enum(['true', 'false', '1', '0', ''])
    .default('false')
    .transform((text) => text === 'true' || text === '1'),
  WEBHOOKS_PORTS: z
    .string()
    .default('443')
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(port).min(1).max(20)),
})

/** Where webhooks may point, by the environment: the same for API and worker. Throws with every fault named, and no value. */
export function reachFrom(env: Record<string, string | undefined>): Reach {
  const parsed = environment.safeParse(env)
  if (!parsed.success) throw new Error(`bad environment:\n${z.prettifyError(parsed.error)}`)
  return { toPrivate: parsed.data.WEBHOOKS_TO_PRIVATE, ports: parsed.data.WEBHOOKS_PORTS }
}
