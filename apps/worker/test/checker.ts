import type pg from 'pg'
import { checkEpoch } from '../src/checker/check.ts'
import { type CheckerConfig, checkerConfig } from '../src/checker/config.ts'
import { connectionsTo, reading } from '../src/checker/connect.ts'
import { epochOf, nextToCheck, saveCheck } from '../src/checker/store.ts'
import { environment, type World } from './world.ts'

/** The checker of a world, to be run by hand. */
export function createChecker(world: World, env: Record<string, string> = {}) {
  const config: CheckerConfig = checkerConfig({
    ...environment(world),
    GUARDIAN_KEY: world.chain.keys.guardian,
    ...env,
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
    /** Does something as the owner of the database, judges an epoch, the newest unless said, in the same transaction, and undoes it. */
    async judge(
      plant: (client: pg.PoolClient) => Promise<unknown> = async () => {},
      { number, ...options }: Parameters<typeof checkEpoch>[3] & { number?: number } = {},
    ): Promise<string[]> {
      const client = await world.admin.connect()
      try {
        await client.query('begin')
        await plant(client)
        const { rows } = await client.query<{ newest: number }>('select max(number) as newest from epochs')
        return await checkEpoch(client, config, (await epochOf(client, number ?? rows[0]!.newest))!, options)
      } finally {
        await client.query('rollback')
        client.release()
      }
    },
    close: () => pool.end(),
  }
}
