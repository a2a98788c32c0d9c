import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { configFrom } from './config.ts'
import { closeDeps, createDeps } from './deps.ts'

const config = configFrom(process.env)
const deps = createDeps(config)
const app = await buildApp(deps)

/** Longer than any statement or request is allowed to take. */
const PATIENCE_MS = 60_000

let stopping = false
/** Says so at /readyz, lets a balancer notice, finishes what is in flight, then lets go of the database. */
async function stop(signal: string): Promise<void> {
  if (stopping) return
  stopping = true
  app.log.info({ signal }, 'stopping')
  deps.lifecycle.draining = true
  setTimeout(() => process.exit(1), config.shutdownDelayMs + PATIENCE_MS).unref()
  await sleep(config.shutdownDelayMs)
  await app.close()
  await closeDeps(deps)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  })
}

await app.listen({ host: config.host, port: config.port })
