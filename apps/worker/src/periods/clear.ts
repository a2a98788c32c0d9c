import { type Pool, withTransaction } from '@rivulet/db'
import { clearPending, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'

const CLEARINGS_A_TRANSACTION = 500

/** Clears pending money that is due, in transactions of bounded size, until nothing is left. */
export async function clearDue({ pool, rules }: { pool: Pool; rules: Rules }, log: Log): Promise<string> {
  let total = 0
  for (;;) {
    const { cleared } = await withTransaction(pool, (tx) =>
      clearPending(tx, rules, { limit: CLEARINGS_A_TRANSACTION }),
    )
    total += cleared
    if (cleared === 0) break
  }
  if (total > 0) log.info({ clearings: total }, 'cleared')
  return 'nothing is due'
}
