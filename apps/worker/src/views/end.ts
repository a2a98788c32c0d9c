import { type Pool, withTransaction } from '@rivulet/db'
import { expireViews, finishClosing } from '@rivulet/economy'
import type { Log } from '../log.ts'

const VIEWS_A_TRANSACTION = 500
const CAMPAIGNS_A_TRANSACTION = 100

/** Gives the prices of expired tokens back, then closes the campaigns that waited for their last, until nothing is left. */
export async function endViews({ pool }: { pool: Pool }, log: Log): Promise<string> {
  const expired = await untilNone(() =>
    withTransaction(pool, async (tx) => (await expireViews(tx, VIEWS_A_TRANSACTION)).expired),
  )
  const closed = await untilNone(() =>
    withTransaction(pool, async (tx) => (await finishClosing(tx, CAMPAIGNS_A_TRANSACTION)).closed),
  )
  if (expired + closed > 0) log.info({ expired, closed }, 'ended views')
  return 'nothing is due'
}

async function untilNone(step: () => Promise<number>): Promise<number> {
  let total = 0
  for (;;) {
    const done = await step()
    total += done
    if (done === 0) return total
  }
}
