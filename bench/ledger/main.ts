import type { Bench, Found } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { audit } from './audit.ts'
import { hotBatch, plainBatch, uniformBatch } from './batches.ts'
import { groupCommit } from './callers.ts'
import { naive, oneCalls, plainCommit } from './commits.ts'
import { close, open, type Scene, seed } from './scene.ts'

const rate = (found: Found, { name }: { name: string }) => found(name).perSecond

const ledger: Bench<Scene> = {
  name: 'ledger',
  ...{ seed, open, audit, close },
  cells: [plainBatch, hotBatch, uniformBatch, plainCommit, groupCommit, naive, ...oneCalls],
  ratios: [
    {
      key: 'hotBatchVsInsertCeiling',
      of: (found) => rate(found, hotBatch) / rate(found, plainBatch),
      target: { atLeast: 0.18 },
    },
    {
      key: 'hotVsUniform',
      of: (found) => rate(found, hotBatch) / rate(found, uniformBatch),
      target: { atLeast: 1 },
    },
    {
      key: 'groupCommitVsCommitCeiling',
      of: (found) => rate(found, groupCommit) / rate(found, plainCommit),
      target: { atLeast: 1.15 },
    },
    {
      key: 'groupCommitVsNaive',
      of: (found) => rate(found, groupCommit) / rate(found, naive),
      target: { atLeast: 15 },
    },
    {
      key: 'groupCommitVsOneCall',
      of: (found) => rate(found, groupCommit) / Math.max(...oneCalls.map((cell) => rate(found, cell))),
      target: { atLeast: 6 },
    },
  ],
  figures: [
    {
      key: 'groupCommitP99Ms',
      of: (found) => found(groupCommit.name).latencyMs!.p99,
      target: { below: 25 },
    },
  ],
}

await runBench(ledger)
