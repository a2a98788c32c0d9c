import { GroupCommit, ledgerOf } from '@rivulet/db'
import type { PostResult, Transfer } from '@rivulet/ledger'
import type { Cell } from '../harness/bench.ts'
import { percentile } from '../harness/statistics.ts'
import { drawTransfer, type Scene } from './scene.ts'

const CALLERS = 256

/** Callers who each post one transfer to the hot account and wait until theirs is durable, over and over. */
export const groupCommit: Cell<Scene> = {
  name: `ledger, group commit, ${CALLERS} callers`,
  async measure({ pool, refs, acknowledged }, { seconds }) {
    const writer = new GroupCommit<Transfer, PostResult>(pool, (tx, transfers) =>
      ledgerOf(tx).post(transfers),
    )
    const latencies: number[] = []
    const begin = performance.now() + seconds * 100
    const end = begin + seconds * 1000
    const call = async () => {
      for (let asked = performance.now(); asked < end; asked = performance.now()) {
        const answer = await writer.submit(drawTransfer(refs, 'hot'))
        if (answer !== 'ok') throw new Error(`a caller was answered ${answer}`)
        acknowledged.ledger++
        const answered = performance.now()
        if (answered >= begin && answered < end) latencies.push(answered - asked)
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, call))
    return {
      perSecond: latencies.length / seconds,
      latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    }
  },
}
