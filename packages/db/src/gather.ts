/** More is waiting than can be worked off in good time: try again later. Nothing was done. */
export class Overloaded extends Error {
  constructor() {
    super('too much is waiting')
  }
}

export type GatherOptions<I> = {
  /** Most inputs of one batch. */
  maxBatch?: number
  /** Most inputs that may wait; beyond it callers get `Overloaded`. */
  maxWaiting?: number
  /** Batches at a time. */
  workers?: number
  /**
   * What an input is about, and what it wants of it. Inputs that want different things of one subject never share a
   * batch: a caller who keeps changing their mind makes many batches, and not one long one that others wait for.
   */
  wishOf?: ((input: I) => { subject: string; wish: string }) | undefined
}

/** An input that waits for its answer. */
export type Waiting<I, R> = { input: I; resolve: (result: R) => void; reject: (error: unknown) => void }

/**
 * Gathers the inputs of concurrent callers into batches. There is no timer: a batch leaves as soon as a worker is free
 * and takes what is waiting, so it is large under load and of one without.
 */
export class Gather<I, R> {
  readonly #work: (batch: Waiting<I, R>[], worker: number) => Promise<void>
  readonly #maxBatch: number
  readonly #maxWaiting: number
  readonly #wishOf: GatherOptions<I>['wishOf']
  readonly #workers: number
  readonly #free: number[]
  #waiting: Waiting<I, R>[] = []
  #scheduled = false
  #drained: (() => void)[] = []

  /** @param work answers everybody in a batch, and never throws; workers are numbered from 0 */
  constructor(
    work: (batch: Waiting<I, R>[], worker: number) => Promise<void>,
    { maxBatch = 500, maxWaiting = 10_000, workers = 2, wishOf }: GatherOptions<I> = {},
  ) {
    this.#work = work
    this.#maxBatch = maxBatch
    this.#maxWaiting = maxWaiting
    this.#wishOf = wishOf
    this.#workers = workers
    this.#free = Array.from({ length: workers }, (_, i) => workers - 1 - i)
  }

  submit(input: I): Promise<R> {
    if (this.#waiting.length >= this.#maxWaiting) return Promise.reject(new Overloaded())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when everything submitted so far has been answered. */
  async drain(): Promise<void> {
    if (this.#isIdle()) return
    await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#free.length === this.#workers
  }

  // What arrives in the same turn of the event loop travels together.
  #schedule() {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      while (this.#waiting.length > 0) {
        const worker = this.#free.pop()
        if (worker === undefined) return
        void this.#run(worker)
      }
    })
  }

  async #run(worker: number) {
    try {
      await this.#work(this.#take(), worker)
    } finally {
      this.#free.push(worker)
      if (this.#waiting.length > 0) this.#schedule()
      else if (this.#isIdle()) for (const resolve of this.#drained.splice(0)) resolve()
    }
  }

  /** The next batch: what came first, less those that would have to wait for another input of the same batch. */
  #take(): Waiting<I, R>[] {
    if (!this.#wishOf) return this.#waiting.splice(0, this.#maxBatch)
    const batch: Waiting<I, R>[] = []
    const left: Waiting<I, R>[] = []
    const wishes = new Map<string, string | undefined>()
    for (const one of this.#waiting) {
      const { subject, wish } = this.#wishOf(one.input)
      if (batch.length < this.#maxBatch && (!wishes.has(subject) || wishes.get(subject) === wish)) {
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
}

/**
 * A look-up for one that asks for many at once: calls made while a query is under way share the next.
 * @param load answers each key, in order
 */
export function gathered<K, V>(
  load: (keys: K[]) => Promise<V[]>,
  options: Omit<GatherOptions<K>, 'wishOf'> = {},
): (key: K) => Promise<V> {
  const gather = new Gather<K, V>(async (batch) => {
    try {
      const values = await load(batch.map((one) => one.input))
      batch.forEach((one, i) => {
        one.resolve(values[i] as V)
      })
    } catch (error) {
      for (const one of batch) one.reject(error)
    }
  }, options)
  return (key) => gather.submit(key)
}
