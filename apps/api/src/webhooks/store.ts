import { randomBytes } from 'node:crypto'
import { newId, type Pool, type Tx } from '@rivulet/db'
import type { DisabledReason } from '@rivulet/economy'

export type WebhookRow = {
  id: string
  url: string
  /** Kinds of notification; none: all. */
  events: string[]
  enabled: boolean
  disabledReason: DisabledReason | null
  failingSince: Date | null
  /** When the last of its former secrets that still sign ends. */
  formerEndsAt: Date | null
  createdAt: Date
}

export type DeliveryRow = {
  id: string
  eventId: string | null
  type: string
  status: 'pending' | 'delivered' | 'failed'
  attempts: number
  nextAt: Date
  lastAt: Date | null
  lastStatus: number | null
  lastError: string | null
  createdAt: Date
}

/** Behind every id. */
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const WEBHOOKS = `select w.id, w.url, w.events, w.enabled, w.disabled_reason as "disabledReason",
    w.failing_since as "failingSince", w.created_at as "createdAt",
    (select max(s.ends_at) from webhook_secrets s where s.webhook_id = w.id and s.ends_at > now()) as "formerEndsAt"
  from webhooks w`

type Slice = { after: string | undefined; take: number }

/** A member's webhooks, newest first. */
export async function webhooksOf(
  pool: Pool,
  memberId: string,
  { after, take }: Slice,
): Promise<WebhookRow[]> {
  const { rows } = await pool.query<WebhookRow>({
    name: 'webhooks-of',
    text: `${WEBHOOKS} where w.member_id = $1 and w.id < $2 order by w.id desc limit $3`,
    values: [memberId, after ?? LAST, take],
  })
  return rows
}

/** A webhook of this member's; undefined when it is none of theirs. */
export async function webhookOf(
  db: Pool | Tx,
  { memberId, id }: { memberId: string; id: string },
): Promise<WebhookRow | undefined> {
  const { rows } = await db.query<WebhookRow>(`${WEBHOOKS} where w.id = $1 and w.member_id = $2`, [
    id,
    memberId,
  ])
  return rows[0]
}

const DELIVERIES = `select id, event_id as "eventId", type, status, attempts, next_at as "nextAt", last_at as "lastAt",
    last_status as "lastStatus", last_error as "lastError", created_at as "createdAt"
  from webhook_deliveries`

/** The deliveries of a webhook, newest first. */
export async function deliveriesOf(
  pool: Pool,
  webhookId: string,
  { after, take }: Slice,
): Promise<DeliveryRow[]> {
  const { rows } = await pool.query<DeliveryRow>({
    name: 'webhook-deliveries-of',
    text: `${DELIVERIES} where webhook_id = $1 and id < $2 order by id desc limit $3`,
    values: [webhookId, after ?? LAST, take],
  })
  return rows
}

export async function deliveryOf(
  tx: Tx,
  { webhookId, id }: { webhookId: string; id: string },
): Promise<DeliveryRow | undefined> {
  const { rows } = await tx.query<DeliveryRow>(`${DELIVERIES} where id = $1 and webhook_id = $2`, [
    id,
    webhookId,
  ])
  return rows[0]
}

/** Locks a webhook of this member's to the end of the transaction; undefined when it is none of theirs. */
export async function lockWebhook(
  tx: Tx,
  { memberId, id }: { memberId: string; id: string },
): Promise<{ enabled: boolean } | undefined> {
  const { rows } = await tx.query<{ enabled: boolean }>(
    'select enabled from webhooks where id = $1 and member_id = $2 for no key update',
    [id, memberId],
  )
  return rows[0]
}

/** Gives a webhook a new secret of 32 random bytes, and answers it as it is told. Source: Standard Webhooks, "Signature scheme". */
export async function addSecret(tx: Tx, webhookId: string): Promise<string> {
  const secret = randomBytes(32)
  await tx.query('insert into webhook_secrets (id, webhook_id, secret) values ($1, $2, $3)', [
    newId(),
    webhookId,
    secret,
  ])
  return `whsec_${secret.toString('base64')}`
}
