import { type Pool, withTransaction } from '@rivulet/db'
import { computeTrending, dueWindows, forgetSnapshots } from '@rivulet/economy'
import type { Log } from '../log.ts'

/** Computes the windows that are due, each in a transaction of its own, and forgets old snapshots. */
export async function keepTrending({ pool }: { pool: Pool }, log: Log): Promise<string> {
  for (const window of await dueWindows(pool)) {
    const { posts, tookMs } = await withTransaction(pool, (tx) => computeTrending(tx, window))
    log.debug({ window, posts, tookMs }, 'trending computed')
  }
  await forgetSnapshots(pool)
  return 'up to date'
}
