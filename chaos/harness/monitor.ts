/** Something between a process and the world, at the moment before or after the other side has it. */
export type Moment = {
  side: 'rpc' | 'sql' | 'signer'
  when: 'before' | 'after'
  /** What it is, in words that do not change from run to run. */
  label: string
  /** Whether it is a call to the chain, or something that PostgreSQL keeps: the places that are counted and aimed at. */
  counts: boolean
}

export const nameOf = ({ when, label }: Moment): string => `${when} ${label}`

type Trap = {
  isIt(moment: Moment): boolean
  spring(moment: Moment): Promise<void>
  hit(moment: Moment): void
}

/**
 * What the proxies tell of everything that passes, and where it can be stopped: a trap is sprung while the message is
 * held, so that what the trap kills is dead before the message goes on.
 */
export class Monitor {
  /** How often each point was passed. */
  readonly points = new Map<string, number>()
  calls = 0
  commits = 0
  #trap: Trap | undefined

  async pass(moment: Moment): Promise<void> {
    if (moment.counts) {
      const name = nameOf(moment)
      this.points.set(name, (this.points.get(name) ?? 0) + 1)
      if (moment.when === 'before' && moment.side === 'rpc') this.calls++
      if (moment.when === 'after' && moment.side === 'sql') this.commits++
    }
    const trap = this.#trap
    if (!trap?.isIt(moment)) return
    this.#trap = undefined
    await trap.spring(moment)
    trap.hit(moment)
  }

  /** Sets a trap; resolves once it was sprung. */
  arm(isIt: Trap['isIt'], spring: Trap['spring']): Promise<Moment> {
    return new Promise((hit) => {
      this.#trap = { isIt, spring, hit }
    })
  }

  disarm(): void {
    this.#trap = undefined
  }
}
