import { type Pool, withTransaction } from '@rivulet/db'
import { endSuspensions } from '@rivulet/economy'
import type { Log } from '../log.ts'

const MEMBERS_A_TRANSACTION = 100

/** Lifts the suspensions whose end has come, until none is left. */
export async function endSuspended({ pool }: { pool: Pool }, log: Log): Promise<string> {
  for (let total = 0; ; ) {
    const lifted = await withTransaction(pool, (tx) => endSuspensions(tx, MEMBERS_A_TRANSACTION))
    total += lifted
    if (lifted > 0) continue
    if (total > 0) log.info({ members: total }, 'suspensions ended')
    return 'nothing is due'
  }
}
