import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Cell } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { audit, close, open, type Scene, startClosing } from './scene.ts'
import { seed } from './seed.ts'

const BREATH_MS = 5

/** The period is closed, while members who have a budget in it keep liking posts of those it pays most. */
const closing: Cell<Scene> = {
  name: 'close',
  async measure(scene) {
    const { members, posts, likes } = scene
    const waits: number[] = []
    let warm = false
    const like = async (n: number) => {
      const begin = performance.now()
      const answer = await likes.like(members[n % members.length]!, posts[n % posts.length]!)
      if (!answer.ok) throw new Error(`a like was answered ${answer.code}`)
      scene.liked += answer.credited
      if (warm) waits.push(performance.now() - begin)
    }
    // Plans and compiled code are those of a process that has run for a while.
    let n = 0
    while (n < members.length / 100) await like(n++)
    warm = true
    let open = true
    const { closed } = startClosing(scene)
    const done = closed.finally(() => {
      open = false
    })
    done.catch(() => {})
    while (open) {
      await like(n++)
      await sleep(BREATH_MS)
    }
    const { seconds, interactions, peakRssMiB } = await done
    waits.sort((a, b) => a - b)
    const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]!
    const longest = waits.at(-1)!
    return {
      perSecond: interactions / seconds,
      latencyMs: { p50: at(0.5), p99: at(0.99) },
      also: { seconds, peakRssMiB, longest },
      note: `interactions, in ${seconds.toFixed(1)} s; ${waits.length} likes meanwhile, the longest ${longest.toFixed(0)} ms`,
    }
  },
}

const period: Bench<Scene> = {
  name: 'period',
  ...{ seed, open, audit, close },
  cells: [closing],
  ratios: [],
  figures: [
    { key: 'seconds', of: (found) => found('close').also!.seconds!, target: { below: 60 } },
    { key: 'peakRssMiB', of: (found) => found('close').also!.peakRssMiB!, target: { below: 1_024 } },
    { key: 'longestLikeWaitMs', of: (found) => found('close').also!.longest!, target: { below: 100 } },
  ],
}

await runBench(period)
