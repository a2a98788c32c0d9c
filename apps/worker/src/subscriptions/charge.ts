import { type Pool, withTransaction } from '@rivulet/db'
import { chargeDue, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'

const CHARGES_A_TRANSACTION = 200

/** Takes the charges of subscriptions that are due, in transactions of bounded size, until nothing is left. */
export async function chargeSubscriptions(
  { pool, rules }: { pool: Pool; rules: Rules },
  log: Log,
): Promise<string> {
  const total = { charged: 0, failed: 0, pastDue: 0 }
  for (;;) {
    const { due, charged, pastDue } = await withTransaction(pool, (tx) =>
      chargeDue(tx, rules, { limit: CHARGES_A_TRANSACTION }),
    )
    total.charged += charged
    total.failed += due - charged
    total.pastDue += pastDue
    if (due === 0) break
  }
  if (total.charged + total.failed > 0) log.info(total, 'charged subscriptions')
  return 'nothing is due'
}
