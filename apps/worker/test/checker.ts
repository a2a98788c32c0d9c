import { checkEpoch } from '../src/checker/check.ts'
import { type CheckerConfig, checkerConfig } from '../src/checker/config.ts'
import { connectionsTo, reading } from '../src/checker/connect.ts'
import { nextToCheck, saveCheck } from '../src/checker/store.ts'
import { environment, type World } from './world.ts'

/** The checker of a world, to be run by hand. */
export function createChecker(world: World) {
  const config: CheckerConfig = checkerConfig({
    ...environment(world),
    GUARDIAN_KEY: world.chain.keys.guardian,
  })
  const pool = connectionsTo(world.database.url)
  return {
    config,
    pool,
    /** Judges the next epoch and writes that down; what was found, undefined when nothing waits. */
    async check(): Promise<string[] | undefined> {
      const epoch = await nextToCheck(pool)
      if (!epoch) return undefined
      const faults = await reading(pool, (db) => checkEpoch(db, config, epoch))
      await saveCheck(pool, epoch, faults)
      return faults
    },
    close: () => pool.end(),
  }
}
