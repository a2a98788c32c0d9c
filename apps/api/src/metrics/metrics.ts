import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Siblings } from '../process/siblings.ts'
import { together } from './together.ts'

/** `register` takes what rooms count. */
export type Metrics = { contentType: string; register: Registry; read(): Promise<string> }

/**
 * Counts and times every request of `app` by method, route and status: never by member, whose number is unbounded. The
 * name is that of OpenTelemetry's semantic conventions for HTTP servers.
 *
 * With siblings each answers for all of them, every series with the label `process`: a process that is replaced begins
 * its counters anew, which in a sum would look like a whole history happening at once.
 */
export function createMetrics(app: FastifyInstance, siblings?: Siblings): Metrics {
  const register = new Registry()
  if (siblings) register.setDefaultLabels({ process: String(siblings.number) })
  // Each look at the event loop wakes the process: ten a second do.
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 100 })
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  })
  app.addHook('onResponse', (request, reply, done) => {
    duration.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
    done()
  })
  const own = () => register.metrics()
  siblings?.onMetricsWanted(own)
  return {
    contentType: register.contentType,
    register,
    read: siblings ? async () => together((await Promise.all([own(), siblings.metrics()])).flat()) : own,
  }
}
