import { type CommitMark, createMark } from './commit-mark.ts'
import { Gather, type GatherOptions, type Waiting } from './gather.ts'
import type { Pool } from './pool.ts'
import { isConnectionLost, type TransactionOptions, type Tx, withTransaction } from './transaction.ts'

export type GroupCommitOptions<I> = GatherOptions<I> & Pick<TransactionOptions, 'eager'>

/** A verb for many, which is told the how manieth attempt at these inputs it is, from 1. */
type Run<I, R> = (tx: Tx, inputs: I[], attempt: number) => Promise<R[]>

/**
 * Gathers the inputs of concurrent callers into one transaction.
 *
 * Each caller gets its own result after COMMIT. A batch that the database refuses is halved until the input at fault is
 * alone, so that one caller's failure is nobody else's. When the answer to a COMMIT is lost, the writer's mark is read
 * back: the batch is answered if it was committed, and run again if it was not.
 */
export class GroupCommit<I, R> {
  readonly #pool: Pool
  readonly #run: Run<I, R>
  readonly #gather: Gather<I, R>
  readonly #eager: boolean
  /** One of each worker, which has one transaction at a time. */
  readonly #marks: CommitMark[] = []

  constructor(pool: Pool, run: Run<I, R>, { eager = false, ...options }: GroupCommitOptions<I> = {}) {
    this.#eager = eager
    this.#pool = pool
    this.#run = run
    this.#gather = new Gather((batch, worker) => this.#commit(batch, worker), options)
  }

  /**
   * Resolves with the input's result once it is durable.
   * @throws Overloaded when too many are waiting; nothing was done
   */
  submit(input: I): Promise<R> {
    return this.#gather.submit(input)
  }

  /** Resolves when everything submitted so far has been answered. */
  drain(): Promise<void> {
    return this.#gather.drain()
  }

  async #commit(batch: Waiting<I, R>[], worker: number): Promise<void> {
    try {
      const results = await this.#transaction(
        batch.map((one) => one.input),
        worker,
      )
      batch.forEach((one, i) => {
        one.resolve(results[i] as R)
      })
    } catch (error) {
      // Without a database nobody's fault can be told from another's, and trying each would take each its time-out.
      if (batch.length === 1 || isConnectionLost(error)) for (const one of batch) one.reject(error)
      else {
        const half = batch.length >> 1
        await this.#commit(batch.slice(0, half), worker)
        await this.#commit(batch.slice(half), worker)
      }
    }
  }

  async #transaction(inputs: I[], worker: number): Promise<R[]> {
    const mark = this.#marks[worker] ?? (await withTransaction(this.#pool, createMark))
    this.#marks[worker] = mark
    return withTransaction(
      this.#pool,
      async (tx, attempt) => {
        const results = await this.#run(tx, inputs, attempt)
        if (results.length !== inputs.length) throw new Error('a batch must answer every input')
        return results
      },
      { mark, eager: this.#eager },
    )
  }
}
