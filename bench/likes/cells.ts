import type { Cell } from '../harness/bench.ts'
import { percentile } from '../harness/statistics.ts'
import { runLoad } from './load.ts'
import type { Crowd, Scene } from './scene.ts'
import { membersOf } from './seed.ts'

const CONNECTIONS = 64

/** Until then code is compiled and plans are made; a server that has run for a minute has both. */
const WARM_UP = 1.5

function cell(name: string, path: string, crowd: Crowd, who?: keyof Scene['acknowledged']): Cell<Scene> {
  return {
    name,
    async measure({ server, posts, acknowledged }, arguments_) {
      const { seconds } = arguments_
      const { latencies, statuses } = await runLoad({
        ...{ port: server.port, connections: CONNECTIONS, seconds, path },
        ...{ members: membersOf(arguments_), passes: posts[crowd], warmup: WARM_UP },
      })
      const { 200: ok = 0, ...others } = statuses
      if (Object.keys(others).length > 0) throw new Error(`${name} was answered ${JSON.stringify(others)}`)
      if (who) acknowledged[who] += ok
      return {
        perSecond: latencies.length / seconds,
        latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
      }
    },
  }
}

export const noop = cell('no-op route', '/v1/posts/:id/noop', 'hot')
export const hot = cell('like, one hot author', '/v1/posts/:id/like', 'hot', 'ours')
export const hotPrisma = cell('Prisma, one hot author', '/v1/posts/:id/prisma', 'hot-prisma', 'prisma')
export const zipf = cell('like, 1,000 posts', '/v1/posts/:id/like', 'zipf', 'ours')
export const zipfPrisma = cell('Prisma, 1,000 posts', '/v1/posts/:id/prisma', 'zipf-prisma', 'prisma')
