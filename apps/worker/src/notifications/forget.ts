import { type Pool, withTransaction } from '@rivulet/db'
import { forgetNotifications } from '@rivulet/economy'
import type { Log } from '../log.ts'

const ROWS_A_TRANSACTION = 1_000
const TRANSACTIONS_A_TURN = 1_000

/** Forgets notifications that are too old, in transactions of bounded size, as many as a turn may have. */
export async function forgetOldNotifications(
  pool: Pool,
  log: Log,
  { batch = ROWS_A_TRANSACTION }: { batch?: number } = {},
): Promise<string> {
  let total = 0
  let done = false
  for (let turn = 0; turn < TRANSACTIONS_A_TURN && !done; turn++) {
    const step = await withTransaction(pool, (tx) => forgetNotifications(tx, { limit: batch }))
    total += step.forgotten
    done = step.done
  }
  if (total > 0) log.info({ notifications: total }, 'forgotten')
  return done ? 'nothing is due' : 'behind'
}
