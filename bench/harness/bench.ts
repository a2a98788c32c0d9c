import type { BenchArguments } from './arguments.ts'
import type { BenchDatabase } from './database.ts'

/** What one cell found in one round. */
export interface Measure {
  /** Operations a second. */
  perSecond: number
  /** Of one operation, as who asked for it saw it. */
  latencyMs?: { p50: number; p99: number }
  /** What else a figure is taken from, by name. */
  also?: Record<string, number>
  /** For the table. */
  note?: string
}

/** Something that is measured for a few seconds, in every round. */
export interface Cell<Scene> {
  name: string
  /** @throws Error when an answer was wrong or missing: the benchmark ends there */
  measure(scene: Scene, arguments_: BenchArguments): Promise<Measure>
}

/** What a figure has to be. */
export type Target = { atLeast: number } | { below: number }

/** What a round found, by the name of the cell; it throws for a name that is none. */
export type Found = (cell: string) => Measure

/** A figure, taken in each round; the median over the rounds is held against the target. */
export interface Figure {
  key: string
  of(found: Found): number
  target: Target
}

/** A benchmark: cells that are measured alternately, each round on a fresh copy of one seeded database. */
export interface Bench<Scene> {
  name: string
  /** Default length of a cell, in seconds. */
  seconds?: number
  /** Seeds what all rounds begin with. */
  seed?(template: BenchDatabase, arguments_: BenchArguments): Promise<void>
  /** Before a round: connections, processes, what else the cells share. */
  open(database: BenchDatabase, arguments_: BenchArguments): Promise<Scene>
  /** May be a single one; a round then measures just that. */
  cells: Cell<Scene>[]
  /**
   * After a round: everything is exact, and what was acknowledged is there.
   * @returns what was checked, for the table
   * @throws Error when it is not so
   */
  audit(scene: Scene): Promise<string>
  close(scene: Scene): Promise<void>
  /** Quotients of two cells of one round. */
  ratios: Figure[]
  /** Absolute figures. */
  figures: Figure[]
}
