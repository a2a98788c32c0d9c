import { type Pool, withTransaction } from '@rivulet/db'
import { forgetServings } from '@rivulet/economy'
import type { Log } from '../log.ts'

const SERVINGS_A_TRANSACTION = 1_000

/** Forgets pages of feeds, and shares that were in them, that are too old to count, in transactions of bounded size, until none is left. */
export async function forgetOld(
  pool: Pool,
  log: Log,
  { batch = SERVINGS_A_TRANSACTION }: { batch?: number } = {},
): Promise<string> {
  let total = 0
  for (;;) {
    const { forgotten, done } = await withTransaction(pool, (tx) => forgetServings(tx, { limit: batch }))
    total += forgotten
    if (done) break
  }
  if (total > 0) log.info({ servings: total }, 'forgotten')
  return 'nothing is due'
}
