import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { type DisabledReason, FAILING_MS, notifyMembers, retryAfter } from '@rivulet/economy'
import type { Claimed } from './claim.ts'
import type { Outcome } from './send.ts'

const GONE = 410

/** What is known of a delivery when its request is over. `disabled`: none was made. */
export type Result = Outcome | { error: 'disabled' }

const isTaken = (result: Result) => 'status' in result && result.status >= 200 && result.status < 300

/**
 * Writes down what came of a claimed delivery: taken, to be sent again, or given up; and disables a webhook whose
 * receiver is gone or has failed for too long, telling its member. Does nothing to a delivery that somebody else has
 * claimed since.
 *
 * @param random 0 up to, and without, 1: where in its jitter a retry is
 */
export async function record(
  pool: Pool,
  claimed: Pick<Claimed, 'id' | 'claim' | 'tries' | 'webhookId'>,
  result: Result,
  random: number,
): Promise<void> {
  await withTransaction(pool, async (tx) => {
    // The webhook's row before the delivery's, as everybody does who locks both.
    const taken = isTaken(result)
    if (taken) await noteSuccess(tx, claimed)
    const isStopped = !taken && (await noteFailure(tx, claimed, result))
    const wait = taken || isStopped ? undefined : retryAfter(claimed.tries, random)
    const status = taken ? 'delivered' : wait === undefined ? 'failed' : 'pending'
    await tx.query(
      `update webhook_deliveries
       set status = $3::webhook_delivery_status, next_at = now() + make_interval(secs => $4 / 1000.0),
           claim = null, claimed_until = null, last_status = $5, last_error = $6
       where id = $1 and claim = $2`,
      [
        ...[claimed.id, claimed.claim, status, wait ?? 0],
        ...['status' in result ? result.status : null, 'error' in result ? result.error : null],
      ],
    )
  })
}

async function noteSuccess(tx: Tx, { webhookId }: Pick<Claimed, 'webhookId'>): Promise<void> {
  await tx.query('update webhooks set failing_since = null where id = $1 and failing_since is not null', [
    webhookId,
  ])
}

/** @returns whether nothing more is sent to this webhook */
async function noteFailure(
  tx: Tx,
  { webhookId }: Pick<Claimed, 'webhookId'>,
  result: Result,
): Promise<boolean> {
  if ('error' in result && result.error === 'disabled') return true
  const { rows } = await tx.query<{ memberId: string; url: string; enabled: boolean; stale: boolean }>(
    `update webhooks set failing_since = coalesce(failing_since, now()) where id = $1
     returning member_id as "memberId", url, enabled,
       failing_since <= now() - make_interval(secs => $2 / 1000.0) as stale`,
    [webhookId, FAILING_MS],
  )
  const [webhook] = rows
  if (!webhook) return true
  const reason: DisabledReason | undefined =
    'status' in result && result.status === GONE ? 'gone' : webhook.stale ? 'failing' : undefined
  if (!reason) return !webhook.enabled
  // One whose member has disabled it, or who was told already, is told nothing new.
  if (!webhook.enabled) return true
  await tx.query('update webhooks set enabled = false, disabled_reason = $2 where id = $1', [
    webhookId,
    reason,
  ])
  const body = { status: 'disabled', reason, url: webhook.url }
  await notifyMembers(tx, [{ memberId: webhook.memberId, kind: 'webhook', refId: webhookId, body }])
  return true
}

/** Throws a claimed delivery away whose webhook was deleted. */
export async function discard(pool: Pool, { id, claim }: Pick<Claimed, 'id' | 'claim'>): Promise<void> {
  await pool.query('delete from webhook_deliveries where id = $1 and claim = $2', [id, claim])
}
