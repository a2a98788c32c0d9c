import type { Pool } from './pool.ts'
import { type Tx, withTransaction } from './transaction.ts'

/** More is waiting than can be worked off in good time: try again later. Nothing was done. */
export class Overloaded extends Error {
  constructor() {
    super('too much is waiting to be written')
  }
}

export type GroupCommitOptions<I> = {
  /** Most inputs of one transaction. */
  maxBatch?: number
  /** Most inputs that may wait; beyond it callers get `Overloaded`. */
  maxWaiting?: number
  /** Transactions at a time. */
  writers?: number
  /**
   * What an input is about, and what it wants of it. Inputs that want different things of one subject never share a
   * batch: a caller who keeps changing their mind makes many batches, and not one long one that others wait for.
   */
  wishOf?: (input: I) => { subject: string; wish: string }
}

type Waiting<I, R> = { input: I; resolve: (result: R) => void; reject: (error: unknown) => void }

/**
 * Gathers the inputs of concurrent callers into one transaction.
 *
 * There is no timer: a batch leaves as soon as a writer is free and takes what is waiting. Each caller gets its own
 * result after COMMIT. When a batch fails, its inputs are run one by one, so that one caller's failure is nobody
 * else's; `run` must therefore be safe to repeat for an input whose first commit had an unknown outcome.
 */
export class GroupCommit<I, R> {
  readonly #pool: Pool
  readonly #run: (tx: Tx, inputs: I[]) => Promise<R[]>
  readonly #options: Required<Omit<GroupCommitOptions<I>, 'wishOf'>>
  readonly #wishOf: GroupCommitOptions<I>['wishOf']
  #waiting: Waiting<I, R>[] = []
  #busy = 0
  #scheduled = false
  #idle: (() => void)[] = []

  constructor(
    pool: Pool,
    run: (tx: Tx, inputs: I[]) => Promise<R[]>,
    { wishOf, ...options }: GroupCommitOptions<I> = {},
  ) {
    this.#pool = pool
    this.#run = run
    this.#options = { maxBatch: 500, maxWaiting: 10_000, writers: 2, ...options }
    this.#wishOf = wishOf
  }

  /** Resolves with the input's result once it is durable. */
  submit(input: I): Promise<R> {
    if (this.#waiting.length >= this.#options.maxWaiting) return Promise.reject(new Overloaded())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when everything submitted so far has been answered. */
  async drain(): Promise<void> {
    if (this.#busy === 0 && this.#waiting.length === 0) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  // Requests that arrive in the same turn of the event loop travel together.
  #schedule() {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      while (this.#busy < this.#options.writers && this.#waiting.length > 0) void this.#write()
    })
  }

  async #write() {
    const batch = this.#take()
    this.#busy++
    try {
      await this.#commit(batch)
    } finally {
      this.#busy--
      if (this.#waiting.length > 0) this.#schedule()
      else if (this.#busy === 0) for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  /** The next batch: what came first, less those that would have to wait for another input of the same batch. */
  #take(): Waiting<I, R>[] {
    const { maxBatch } = this.#options
    if (!this.#wishOf) return this.#waiting.splice(0, maxBatch)
    const batch: Waiting<I, R>[] = []
    const left: Waiting<I, R>[] = []
    const wishes = new Map<string, string | undefined>()
    for (const one of this.#waiting) {
      const { subject, wish } = this.#wishOf(one.input)
      if (batch.length < maxBatch && (!wishes.has(subject) || wishes.get(subject) === wish)) {
        wishes.set(subject, wish)
        batch.push(one)
      } else {
        // Whoever wants something of it after that comes after that.
        wishes.set(subject, undefined)
        left.push(one)
      }
    }
    this.#waiting = left
    return batch
  }

  /** Answers everybody in the batch. @returns whether there was a database to try it on */
  async #commit(batch: Waiting<I, R>[]): Promise<boolean> {
    let began = false
    try {
      const results = await withTransaction(this.#pool, (tx) => {
        began = true
        return this.#run(
          tx,
          batch.map((w) => w.input),
        )
      })
      if (results.length !== batch.length) throw new Error('a batch must answer every input')
      batch.forEach((w, i) => {
        w.resolve(results[i] as R)
      })
    } catch (error) {
      if (batch.length === 1 || !began) for (const one of batch) one.reject(error)
      else await this.#oneByOne(batch, error)
    }
    return began
  }

  /** Without a database nobody's fault can be told from another's, and trying each would take each its time-out. */
  async #oneByOne(batch: Waiting<I, R>[], error: unknown): Promise<void> {
    let isThere = true
    for (const one of batch) {
      if (isThere) isThere = await this.#commit([one])
      else one.reject(error)
    }
  }
}
