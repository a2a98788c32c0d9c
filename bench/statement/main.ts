import type { Bench, Cell, Found } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { byDay, byHour, seedEarnings } from './earnings.ts'
import { seed } from './history.ts'
import { audit, close, deep, newest, open, type Scene } from './reading.ts'

const slowest = (found: Found, ...cells: Cell<Scene>[]) =>
  Math.max(...cells.map(({ name }) => found(name).latencyMs!.p99))

const statement: Bench<Scene> = {
  name: 'statement',
  seconds: 3,
  ...{ open, audit, close },
  async seed(template, arguments_) {
    await seed(template, arguments_)
    await seedEarnings(template, arguments_)
  },
  cells: [newest, deep, byDay, byHour],
  ratios: [],
  figures: [
    {
      key: 'entriesP99Ms',
      of: (found) => slowest(found, newest, deep),
      target: { below: 50 },
    },
    {
      key: 'earningsP99Ms',
      of: (found) => slowest(found, byDay, byHour),
      target: { below: 50 },
    },
  ],
}

await runBench(statement)
