import type { Bench, Found } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { audit } from './audit.ts'
import { hot, hotPrisma, noop, zipf, zipfPrisma } from './cells.ts'
import { close, open, type Scene } from './scene.ts'
import { seed } from './seed.ts'

const rate = (found: Found, { name }: { name: string }) => found(name).perSecond

const likes: Bench<Scene> = {
  name: 'likes',
  ...{ seed, open, audit, close },
  cells: [noop, hot, hotPrisma, zipf, zipfPrisma],
  ratios: [
    {
      key: 'vsPrismaTransaction',
      of: (found) => rate(found, hot) / rate(found, hotPrisma),
      target: { atLeast: 30 },
    },
    { key: 'vsNoopRoute', of: (found) => rate(found, hot) / rate(found, noop), target: { atLeast: 0.22 } },
    {
      key: 'zipfVsPrisma',
      of: (found) => rate(found, zipf) / rate(found, zipfPrisma),
      target: { atLeast: 12 },
    },
    { key: 'zipfVsNoop', of: (found) => rate(found, zipf) / rate(found, noop), target: { atLeast: 0.17 } },
  ],
  figures: [{ key: 'p99Ms', of: (found) => found(hot.name).latencyMs!.p99, target: { below: 15 } }],
}

await runBench(likes)
