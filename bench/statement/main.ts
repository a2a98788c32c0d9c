import type { Bench } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { seed } from './history.ts'
import { audit, close, deep, newest, open, type Scene } from './reading.ts'

const statement: Bench<Scene> = {
  name: 'statement',
  seconds: 3,
  ...{ seed, open, audit, close },
  cells: [newest, deep],
  ratios: [],
  figures: [
    {
      key: 'entriesP99Ms',
      of: (found) => Math.max(...[newest, deep].map(({ name }) => found(name).latencyMs!.p99)),
      target: { below: 50 },
    },
  ],
}

await runBench(statement)
