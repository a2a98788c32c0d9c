/** Blocks, and milliseconds, that something must be said for. */
export const SURE_AFTER = { blocks: 3, ms: 5_000 }

/**
 * What the chain says of the operator's key that the books know nothing of. A node that lags behind another, or is out of
 * its mind, says such things for a moment, and one look is not enough: nor are many at one block, nor on a quick chain
 * some blocks within a second. Nothing is signed while it is said, so that waiting risks nothing.
 */
export class Evidence {
  readonly #said = new Map<string, { since: number; blocks: Set<number> }>()
  readonly #now: () => number

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Notes that `what` was said while `block` was the newest. @returns whether it has been for long enough */
  isSure(what: string, block: number): boolean {
    const { since, blocks } = this.#said.get(what) ?? { since: this.#now(), blocks: new Set() }
    this.#said.set(what, { since, blocks: blocks.add(block) })
    return blocks.size >= SURE_AFTER.blocks && this.#now() - since >= SURE_AFTER.ms
  }

  /** It was not said this time: from here it begins anew. */
  forget(what: string): void {
    this.#said.delete(what)
  }
}
