import { type Pool, withTransaction } from '@rivulet/db'
import { releaseHeld } from '@rivulet/economy'
import type { Log } from '../log.ts'

const RELEASED_A_TRANSACTION = 500

/** Lets withdrawals go on whose hold has passed, in transactions of bounded size, until none is due. */
export async function releaseWithdrawals({ pool }: { pool: Pool }, log: Log): Promise<string> {
  let total = 0
  for (;;) {
    const released = await withTransaction(pool, (tx) => releaseHeld(tx, { limit: RELEASED_A_TRANSACTION }))
    if (released === 0) break
    total += released
  }
  if (total > 0) log.info({ withdrawals: total }, 'no longer held')
  return 'nothing is due'
}
