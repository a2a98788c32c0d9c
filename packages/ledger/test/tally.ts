import type { PostResult } from '../src/transfer.ts'
import type { History } from './histories.ts'

/** Counts what a property lived through, so that it can be said how much that was. */
export class Tally {
  readonly #began = performance.now()
  readonly answers: Partial<Record<PostResult, number>> = {}
  histories = 0
  operations = 0
  rows = 0

  add(history: History, results: readonly PostResult[]): void {
    const rows = history.flat()
    this.histories += 1
    this.operations += new Set(rows.map(({ operation }) => operation)).size
    this.rows += rows.length
    for (const result of results) this.answers[result] = (this.answers[result] ?? 0) + 1
  }

  /** Prints one line with the counts. */
  report(what: string): void {
    const seconds = (performance.now() - this.#began) / 1000
    const answers = Object.entries(this.answers)
      .sort(([, a], [, b]) => b - a)
      .map(([result, count]) => `${count} ${result}`)
    console.log(
      `${what}: ${this.histories} histories, ${this.operations} operations, ${this.rows} rows ` +
        `(${answers.join(', ')}) in ${seconds.toFixed(0)} s`,
    )
  }
}
