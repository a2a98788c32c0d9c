import { type Pool, withTransaction } from '@rivulet/db'
import { type WebhookRow, webhookOf } from './store.ts'

export type WebhookChanges = {
  memberId: string
  id: string
  /** As `readWebhookUrl` read it. */
  url?: URL | undefined
  /** Kinds of notification; none: all. */
  events?: string[] | undefined
  enabled?: boolean | undefined
}

export type WebhookNotFound = { ok: false; code: 'webhook_not_found' }

/**
 * Changes what is given of a webhook. What waits to be sent is sent to where it points then. Enabling it begins anew: why
 * it was disabled, and since when it had failed, are forgotten.
 */
export function changeWebhook(
  pool: Pool,
  { memberId, id, url, events, enabled }: WebhookChanges,
): Promise<{ ok: true; row: WebhookRow } | WebhookNotFound> {
  return withTransaction(pool, async (tx) => {
    await tx.query(
      `update webhooks set url = coalesce($3, url), host = coalesce($4, host), events = coalesce($5, events),
         enabled = coalesce($6, enabled),
         disabled_reason = case when $6 then null else disabled_reason end,
         failing_since = case when $6 then null else failing_since end
       where id = $1 and member_id = $2`,
      [id, memberId, url?.href ?? null, url?.host ?? null, events ?? null, enabled ?? null],
    )
    const row = await webhookOf(tx, { memberId, id })
    return row ? { ok: true, row } : { ok: false, code: 'webhook_not_found' }
  })
}

/** Deletes a webhook, and its deliveries with it. A request that is under way is finished. */
export function deleteWebhook(
  pool: Pool,
  { memberId, id }: { memberId: string; id: string },
): Promise<{ ok: true } | WebhookNotFound> {
  return withTransaction(pool, async (tx) => {
    const { rowCount } = await tx.query('delete from webhooks where id = $1 and member_id = $2', [
      id,
      memberId,
    ])
    if (rowCount === 0) return { ok: false, code: 'webhook_not_found' }
    await tx.query('delete from webhook_deliveries where webhook_id = $1', [id])
    return { ok: true }
  })
}
