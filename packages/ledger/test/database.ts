import { testDatabase as freshDatabase } from '@rivulet/stack'
import pg from 'pg'

export type TestDatabase = {
  /** Connects as the owner of the cluster, or as the applications sign in. */
  pool(role: 'owner' | 'app', max?: number): pg.Pool
  close(): Promise<void>
}

/** A migrated database of one's own. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await freshDatabase()
  const pools: pg.Pool[] = []
  return {
    pool(role, max = 4) {
      const pool = new pg.Pool({ connectionString: role === 'owner' ? database.adminUrl : database.url, max })
      pools.push(pool)
      return pool
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()))
      await database.close()
    },
  }
}
