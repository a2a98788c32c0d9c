import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../app.ts'
import { configFrom } from '../config.ts'
import { closeDeps, createDeps } from '../deps.ts'
import { putInForce } from '../rules/put-in-force.ts'
import { PATIENCE_MS } from './messages.ts'
import { joinSiblings } from './siblings.ts'
import { onStopSignals } from './signals.ts'

/** For what is in flight when the primary was killed: nobody is there any more to see to a process that stays. */
const ORPHAN_PATIENCE_MS = 5_000

/**
 * Serves the API until it is told to stop: then it says so at `/readyz`, lets a balancer notice, finishes what is in
 * flight, lets go of the database and ends the process. By itself, or as one of those the primary leads.
 *
 * @throws when the configuration has a fault, or the port is taken
 */
export async function serve(): Promise<void> {
  const config = configFrom(process.env)
  const cohort = cluster.isWorker ? joinSiblings() : undefined
  const deps = createDeps(config, cohort?.siblings)
  const app = await buildApp(deps)

  const hurry = new AbortController()
  let stopping = false
  async function stop(why: Record<string, string>): Promise<void> {
    if (stopping) return
    stopping = true
    app.log.info(why, 'stopping')
    deps.lifecycle.draining = true
    setTimeout(() => process.exit(1), config.shutdownDelayMs + PATIENCE_MS).unref()
    await sleep(config.shutdownDelayMs, undefined, { signal: hurry.signal }).catch(() => {})
    try {
      await app.close()
      await closeDeps(deps)
      process.exit(0)
    } catch (error) {
      app.log.error({ err: error }, 'stopping failed')
      process.exit(1)
    }
  }
  // With a primary it is the primary's to lose patience: a terminal's Ctrl-C reaches this process as often as that one.
  onStopSignals((signal) => void stop({ signal }), cohort ? () => {} : () => process.exit(0))
  cohort?.listen({
    onComplete: () => {
      deps.lifecycle.starting = false
    },
    onStop: () => void stop({ reason: 'told by the primary' }),
    onGone: () => {
      setTimeout(() => process.exit(1), ORPHAN_PATIENCE_MS).unref()
      hurry.abort()
      void stop({ reason: 'the primary is gone' })
    },
  })

  await putInForce(deps, app.log)
  if (stopping) return
  await app.listen({ host: config.host, port: config.port })
}
