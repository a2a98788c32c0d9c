import type { Log } from '../log.ts'

/** A piece of the worker's work that can be run at any time, by anybody, twice at once. */
export type Room = {
  name: string
  /** How often it is looked into when nobody rings. */
  everyMs: number
  /** Topics of the database's bells that wake it. */
  bells?: readonly string[]
  /** Does what there is to do and says how it stands, in a few words. */
  run(log: Log): Promise<string>
  /** Waits for what its turns have begun and left to go on by itself. */
  drain?(): Promise<void>
}
