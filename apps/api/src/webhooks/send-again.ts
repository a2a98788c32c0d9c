import { notify, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { WEBHOOKS_BELL, writePing } from '@rivulet/economy'
import { type DeliveryRow, deliveryOf, lockWebhook } from './store.ts'

/** Most tests and redeliveries of a member in `ASKS_SECONDS`, over all webhooks. */
export const MOST_ASKS = 20
export const ASKS_SECONDS = 60

type Refused = { ok: false; code: 'webhook_not_found' | 'webhook_disabled' | 'delivery_not_found' }
export type AskResult = { ok: true; row: DeliveryRow } | Refused | { ok: false; code: 'rate_limited' }

type Wish = { memberId: string; id: string }

/** Has a ping sent to a webhook. `webhook_disabled`: nothing is sent to it. `rate_limited`: `MOST_ASKS` were asked for. */
export function pingWebhook(pool: Pool, wish: Wish): Promise<AskResult> {
  return asked(pool, wish, async (tx, at) => {
    const id = await writePing(tx, { webhookId: wish.id, at })
    return { ok: true, row: (await deliveryOf(tx, { webhookId: wish.id, id })) as DeliveryRow }
  })
}

/**
 * Has a delivery sent at once, with its id and body as before, and with all its retries before it. One that is being
 * sent at this moment is left to that.
 */
export function redeliver(pool: Pool, wish: Wish & { deliveryId: string }): Promise<AskResult> {
  return asked(pool, wish, async (tx) => {
    const place = { webhookId: wish.id, id: wish.deliveryId }
    await tx.query(
      `update webhook_deliveries set status = 'pending', tries = 0, next_at = now(), claim = null, claimed_until = null
       where id = $1 and webhook_id = $2 and (claimed_until is null or claimed_until <= now())`,
      [place.id, place.webhookId],
    )
    const row = await deliveryOf(tx, place)
    if (!row) return { ok: false, code: 'delivery_not_found' }
    await notify(tx, WEBHOOKS_BELL)
    return { ok: true, row }
  })
}

function asked(
  pool: Pool,
  { memberId, id }: Wish,
  work: (tx: Tx, at: Date) => Promise<{ ok: true; row: DeliveryRow } | Refused>,
): Promise<AskResult> {
  return withTransaction(pool, async (tx): Promise<AskResult> => {
    const webhook = await lockWebhook(tx, { memberId, id })
    if (!webhook) return { ok: false, code: 'webhook_not_found' }
    if (!webhook.enabled) return { ok: false, code: 'webhook_disabled' }
    const at = await countAsk(tx, memberId)
    if (!at) return { ok: false, code: 'rate_limited' }
    return work(tx, at)
  })
}

/** Counts a wish, whichever process has it; answers the time, or undefined when there were too many. */
async function countAsk(tx: Tx, memberId: string): Promise<Date | undefined> {
  const over = `webhook_asks.since <= now() - make_interval(secs => $2)`
  const { rows } = await tx.query<{ at: Date }>(
    `insert into webhook_asks (member_id) values ($1)
     on conflict (member_id) do update set
       since = case when ${over} then now() else webhook_asks.since end,
       count = case when ${over} then 1 else webhook_asks.count + 1 end
     where ${over} or webhook_asks.count < $3
     returning now()::timestamptz(3) as at`,
    [memberId, ASKS_SECONDS, MOST_ASKS],
  )
  return rows[0]?.at
}
