import { type Pool, withTransaction } from '@rivulet/db'
import { tellReactions } from '@rivulet/economy'

const INTERACTIONS_A_TRANSACTION = 5_000
const TRANSACTIONS_A_TURN = 20

/**
 * Tells members of the likes and reposts that came to what they wrote, in transactions of bounded size, as many as a turn
 * may have. Killed in one of them, the next turn does what it would have done.
 */
export async function tellOfReactions(
  pool: Pool,
  { batch = INTERACTIONS_A_TRANSACTION }: { batch?: number } = {},
): Promise<string> {
  for (let turn = 0; turn < TRANSACTIONS_A_TURN; turn++) {
    const told = await withTransaction(pool, (tx) => tellReactions(tx, { limit: batch }))
    if (!told) return 'another is at it'
    if (told.done) return 'up to date'
  }
  return 'behind'
}
