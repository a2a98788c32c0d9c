import type { PostResult, Transfer } from '../src/transfer.ts'
import { foretell } from './oracle.ts'

/** A batch that was sent and answered, and when: two numbers of one clock that only counts. */
export type Answered = { rows: Transfer[]; answers: PostResult[]; began: number; ended: number }

/**
 * An order of batches, sent by several connections at once, in which the oracle would have answered each as it was
 * answered, and in which none comes before one that had ended when it began; undefined when there is none.
 *
 * (A check of linearizability after Wing and Gong, Journal of Parallel and Distributed Computing 17, 1993. What stands
 * after some of the batches does not depend on their order, so each set of batches has to be looked at only once.)
 */
export function serialOrder(sent: readonly Answered[], open: ReadonlySet<string>): Answered[] | undefined {
  const deadEnds = new Set<string>()

  function complete(placed: Answered[]): Answered[] | undefined {
    if (placed.length === sent.length) return placed
    const name = sent.map((one) => (placed.includes(one) ? 1 : 0)).join('')
    if (deadEnds.has(name)) return undefined
    const standing = placed.flatMap(({ rows, answers }) => rows.filter((_, at) => answers[at] === 'ok'))
    const left = sent.filter((one) => !placed.includes(one))
    for (const next of left) {
      if (left.some((other) => other.ended < next.began)) continue
      if (foretell(next.rows, standing, open).answers.join() !== next.answers.join()) continue
      const order = complete([...placed, next])
      if (order) return order
    }
    deadEnds.add(name)
    return undefined
  }

  return complete([])
}
