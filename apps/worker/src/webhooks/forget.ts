import type { Pool } from '@rivulet/db'
import { DELIVERIES_KEPT_DAYS } from '@rivulet/economy'
import type { Log } from '../log.ts'

const FORGOTTEN_A_STATEMENT = 1_000

/** Forgets deliveries that are too old, the oldest first, in statements of bounded size, until none is left. */
export async function forgetOldDeliveries(
  pool: Pool,
  log: Log,
  { batch = FORGOTTEN_A_STATEMENT }: { batch?: number } = {},
): Promise<void> {
  let total = 0
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from webhook_deliveries where id = any (array(
         select id from webhook_deliveries where created_at < now() - make_interval(days => $1)
         order by created_at limit $2 for update skip locked))`,
      [DELIVERIES_KEPT_DAYS, batch],
    )
    total += rowCount ?? 0
    if ((rowCount ?? 0) < batch) break
  }
  if (total > 0) log.info({ deliveries: total }, 'forgotten')
}
