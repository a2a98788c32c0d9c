import type { Cell } from '../harness/bench.ts'
import { pump, type Script } from '../harness/pump.ts'
import { naiveScript, oneCallScript, plainScript } from './baselines.ts'
import { AMOUNT, type Scene } from './scene.ts'

type Accounts = Parameters<typeof plainScript>[0]

/** One transfer to the hot account and one commit at a time, on so many connections. */
function commitCell(
  name: string,
  connections: number,
  book: 'plain' | 'naive',
  scriptOf: (accounts: Accounts) => Script,
): Cell<Scene> {
  return {
    name,
    async measure(scene, { seconds }) {
      const hot = scene.refs.length
      const report = await pump({
        url: scene.database.url,
        ...{ connections, seconds },
        script: scriptOf({ payers: [1, hot - 1], payees: [hot, hot], amount: Number(AMOUNT) }),
      })
      scene.acknowledged[book] += report.acknowledged
      return report
    },
  }
}

export const plainCommit = commitCell('plain insert, 1 a commit, 32 connections', 32, 'plain', plainScript)
export const naive = commitCell('naive, 6 statements, 32 connections', 32, 'naive', naiveScript)

/** At several counts, since nobody knows beforehand which is its best. */
export const oneCalls = [2, 4, 8, 16, 32].map((connections) =>
  commitCell(`naive, one call, ${connections} connections`, connections, 'naive', oneCallScript),
)
