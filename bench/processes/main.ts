import type { Bench, Cell } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { percentile } from '../harness/statistics.ts'
import { audit } from '../likes/audit.ts'
import { runLoad } from '../likes/load.ts'
import { close, open, type Scene } from '../likes/scene.ts'
import { membersOf, seed } from '../likes/seed.ts'
import { startApi } from './api.ts'

/** Likes of one hot author through the shipped API, as one process and as several on one port. */
const likes = (
  processes: number,
  connections: number,
  balance: 'fill' | 'turns' = 'fill',
): Cell<Scene & { url: string }> => ({
  name: `${processes} of the API${balance === 'turns' ? ' in turns' : ''}, ${connections} connections`,
  async measure({ url, posts, acknowledged }, arguments_) {
    const { seconds } = arguments_
    const api = await startApi(url, processes, balance)
    try {
      const { latencies, statuses } = await runLoad({
        ...{ port: api.port, connections, seconds, path: '/v1/posts/:id/like', warmup: 1.5 },
        // A pass of its own for each cell: nobody likes a post twice.
        ...{ members: membersOf(arguments_), passes: posts.hot.splice(0, 2) },
      })
      const { 200: ok = 0, ...others } = statuses
      if (Object.keys(others).length > 0) throw new Error(`answered ${JSON.stringify(others)}`)
      acknowledged.ours += ok
      return {
        perSecond: latencies.length / seconds,
        latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
      }
    } finally {
      await api.stop()
    }
  },
})

const [one64, four64, one256, four256] = [likes(1, 64), likes(4, 64), likes(1, 256), likes(4, 256)]
const turns64 = likes(4, 64, 'turns')

const processes: Bench<Scene & { url: string }> = {
  name: 'processes',
  ...{ audit, close },
  seed: (template, arguments_) => seed(template, arguments_, arguments_.quick ? 160 : 10),
  async open(database, arguments_) {
    return { ...(await open(database, arguments_)), url: database.url }
  },
  cells: [one64, four64, turns64, one256, four256],
  ratios: [
    {
      key: 'fourVsOne',
      of: (found) => found(four64.name).perSecond / found(one64.name).perSecond,
      target: { atLeast: 1 },
    },
    {
      key: 'fourVsOneAt256',
      of: (found) => found(four256.name).perSecond / found(one256.name).perSecond,
      target: { atLeast: 1 },
    },
  ],
  figures: [],
}

await runBench(processes)
