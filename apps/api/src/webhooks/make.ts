import { newId, type Pool, withTransaction } from '@rivulet/db'
import { addSecret, type WebhookRow, webhookOf } from './store.ts'

/** Most webhooks of a member. */
export const MOST_WEBHOOKS = 10

export type NewWebhook = {
  memberId: string
  /** As `readWebhookUrl` read it. */
  url: URL
  /** Kinds of notification; none: all. */
  events: string[]
}

export type MakeWebhookResult =
  | { ok: true; row: WebhookRow; secret: string }
  | { ok: false; code: 'too_many_webhooks' }

/** Makes a webhook. Its secret is told once. `too_many_webhooks`: its member has `MOST_WEBHOOKS`. */
export function makeWebhook(pool: Pool, { memberId, url, events }: NewWebhook): Promise<MakeWebhookResult> {
  return withTransaction(pool, async (tx): Promise<MakeWebhookResult> => {
    // Two at once are counted one after the other.
    await tx.query('select 1 from members where id = $1 for no key update', [memberId])
    const { rows } = await tx.query<{ n: number }>(
      'select count(*)::int as n from webhooks where member_id = $1',
      [memberId],
    )
    if ((rows[0]?.n ?? 0) >= MOST_WEBHOOKS) return { ok: false, code: 'too_many_webhooks' }
    const id = newId()
    await tx.query('insert into webhooks (id, member_id, url, host, events) values ($1, $2, $3, $4, $5)', [
      ...[id, memberId, url.href],
      ...[url.host, events],
    ])
    const secret = await addSecret(tx, id)
    return { ok: true, row: (await webhookOf(tx, { memberId, id })) as WebhookRow, secret }
  })
}
