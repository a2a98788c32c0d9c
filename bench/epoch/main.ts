import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readLeafFile } from '@rivulet/contracts'
import type { Bench, Cell } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'

type Built = {
  root: string
  gross: string
  dataHash: string
  seconds: number
  cpuSeconds: number
  peakRssMiB: number
  took: Record<string, number>
}
type Scene = { folder: string; accounts: number; built?: Built }

/** Everything of an epoch but the database: leaves, batches, tree, encrypted file, proofs. */
const build: Cell<Scene> = {
  name: 'build',
  async measure(scene) {
    const env = { ...process.env, ACCOUNTS: String(scene.accounts), FILE: join(scene.folder, 'leaves') }
    const child = fork(new URL('./builder-main.ts', import.meta.url), { env })
    const built = await Promise.race([
      once(child, 'message').then(([said]) => said as Built),
      once(child, 'exit').then(([code]): never => {
        throw new Error(`the build ended with code ${code}`)
      }),
    ])
    scene.built = built
    const { seconds, cpuSeconds, peakRssMiB, took } = built
    const parts = Object.entries(took).map(([part, part_s]) => `${part} ${part_s.toFixed(1)}`)
    return {
      perSecond: scene.accounts / seconds,
      also: { seconds, peakRssMiB },
      note: `accounts, in ${seconds.toFixed(1)} s (${parts.join(', ')}), of CPU ${cpuSeconds.toFixed(1)} s`,
    }
  },
}

const epoch: Bench<Scene> = {
  name: 'epoch',
  async open(_database, { quick }) {
    return { folder: mkdtempSync(join(tmpdir(), 'rivulet-epoch-')), accounts: quick ? 2_000 : 1_000_000 }
  },
  cells: [build],
  async audit({ folder, accounts, built }) {
    const read = await readLeafFile(createReadStream(join(folder, 'leaves'), { highWaterMark: 1 << 20 }))
    const same =
      read.root === built!.root && String(read.gross) === built!.gross && read.dataHash === built!.dataHash
    if (!same || read.leaves !== accounts) throw new Error('the file leads to another root than was built')
    return `exact: the file of ${read.leaves} leaves and ${read.batches.length} batches leads to the root, every proof to the top`
  },
  async close({ folder }) {
    rmSync(folder, { recursive: true, force: true })
  },
  ratios: [],
  figures: [
    { key: 'seconds', of: (found) => found('build').also!.seconds!, target: { below: 60 } },
    { key: 'peakRssMiB', of: (found) => found('build').also!.peakRssMiB!, target: { below: 2_048 } },
  ],
}

await runBench(epoch)
