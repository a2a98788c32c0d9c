import type { Chance } from './chance.ts'
import type { Lane } from './lane.ts'
import type { World, WorldOptions } from './world.ts'

/** What a run does with everything that a history reports. */
export type Reporter = {
  /** Something was done that is counted. */
  count(what: string, times?: number): void
  /** Something that must not be. */
  violation(world: World | undefined, found: string[]): void
}

export type HistoryContext = Reporter & {
  lane: Lane
  chance: Chance
  /** Opens a world that is closed when the history is over. */
  open(options?: Omit<WorldOptions, 'lane' | 'chance'>): Promise<World>
}

/** A piece of a run with a world of its own; it ends by itself. */
export type History = {
  name: string
  /** It mostly waits, kills nothing that others share, and may run beside others. */
  quiet?: boolean
  run(context: HistoryContext): Promise<void>
}

/** How much of everything: 1 is the full run. */
export type Plan = {
  seed: number
  scale: number
  /** Of the points to kill at, only those with this in their name; then all of them. */
  point?: string | undefined
  /** It is passed in every round: nothing has to be watched to know that. */
  isKnown?: boolean
}

/** What is to be done of one kind. Targets are named like the counts, and are those of the full run. */
export type Section = {
  name: string
  about: string
  targets: Record<string, number>
  histories(plan: Plan, discover: Discover): Promise<History[]>
}

/** Runs a history at once, outside the counts: for a section that must look before it plans. */
export type Discover = <T>(work: (context: HistoryContext) => Promise<T>) => Promise<T>

/** A share of `full`, and never nothing. */
export const scaled = (full: number, { scale }: Plan): number => Math.max(1, Math.round(full * scale))

/** Cuts `total` into pieces of at most `size`. */
export function pieces(total: number, size: number): number[] {
  const many = Math.ceil(total / size)
  return Array.from(
    { length: many },
    (_, i) => Math.floor((total * (i + 1)) / many) - Math.floor((total * i) / many),
  )
}

/** The same things in as many lists as it takes for each to have at most `size`. */
export function chunked<T>(all: readonly T[], size: number): T[][] {
  let from = 0
  return pieces(all.length, size).map((length) => {
    from += length
    return all.slice(from - length, from)
  })
}
