import { type Pool, RunAgain, withTransaction } from '@rivulet/db'
import { membersWithDueOrder, type Rules, withdrawAutomatically } from '@rivulet/economy'
import type { Log } from '../log.ts'

const LOOKED_AT_TOGETHER = 500

/**
 * Carries out the standing orders that are due, a transaction each, so that a member who spends at the same moment keeps
 * nobody else waiting.
 */
export async function withdrawForOrders(
  { pool, rules }: { pool: Pool; rules: Rules },
  log: Log,
): Promise<string> {
  let made = 0
  for (let after: string | undefined; ; ) {
    const members = await membersWithDueOrder(pool, { after, limit: LOOKED_AT_TOGETHER })
    for (const memberId of members) if (await withdrawFor(pool, rules, memberId)) made++
    after = members.at(-1)
    if (members.length < LOOKED_AT_TOGETHER) break
  }
  if (made > 0) log.info({ withdrawals: made }, 'made by standing orders')
  return 'nothing is due'
}

async function withdrawFor(pool: Pool, rules: Rules, memberId: string): Promise<boolean> {
  try {
    return await withTransaction(pool, (tx) => withdrawAutomatically(tx, rules, { memberId }))
  } catch (error) {
    // Spending without end: the next turn looks again.
    if (error instanceof RunAgain) return false
    throw error
  }
}
