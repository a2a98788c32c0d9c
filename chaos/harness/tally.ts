import { lastWords } from './process.ts'
import type { World } from './world.ts'

export type Violation = { history: string; seed: number; found: string[]; log: string }

/** What a run did, and what it found. */
export class Tally {
  readonly counts = new Map<string, number>()
  readonly violations: Violation[] = []
  calls = 0
  commits = 0

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  /** Counts of which only the number of different ones is of interest, as `point: before …`. */
  distinct(prefix: string): number {
    return [...this.counts.keys()].filter((what) => what.startsWith(prefix)).length
  }

  violation(history: string, seed: number, world: World | undefined, found: string[]): void {
    if (found.length === 0) return
    const log = world ? lastWords(world.folder) : ''
    this.violations.push({ history, seed, found, log })
  }
}
