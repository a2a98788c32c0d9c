import { type Pool, withTransaction } from '@rivulet/db'
import { addSecret, lockWebhook, type WebhookRow, webhookOf } from './store.ts'

export const MOST_GRACE_SECONDS = 7 * 86_400
export const GRACE_SECONDS = 86_400
/** Most secrets of a webhook that sign beside its newest. */
export const MOST_FORMER = 2

export type RotateSecretResult =
  | { ok: true; row: WebhookRow; secret: string }
  | { ok: false; code: 'webhook_not_found' | 'too_many_rotations' }

/**
 * Gives a webhook a new secret, which is told once. Every secret before it signs beside it until the grace is over, or
 * an earlier rotation's end if that is sooner: with a grace of 0 all of them end at once.
 *
 * `too_many_rotations`: `MOST_FORMER` secrets sign beside the newest.
 *
 * @param graceSeconds 0 to `MOST_GRACE_SECONDS`
 */
export function rotateSecret(
  pool: Pool,
  { memberId, id, graceSeconds }: { memberId: string; id: string; graceSeconds: number },
): Promise<RotateSecretResult> {
  return withTransaction(pool, async (tx): Promise<RotateSecretResult> => {
    if (!(await lockWebhook(tx, { memberId, id }))) return { ok: false, code: 'webhook_not_found' }
    await tx.query('delete from webhook_secrets where webhook_id = $1 and ends_at <= now()', [id])
    const { rows } = await tx.query<{ former: number }>(
      'select count(*)::int as former from webhook_secrets where webhook_id = $1 and ends_at is not null',
      [id],
    )
    if (graceSeconds > 0 && (rows[0]?.former ?? 0) >= MOST_FORMER)
      return { ok: false, code: 'too_many_rotations' }
    if (graceSeconds === 0) await tx.query('delete from webhook_secrets where webhook_id = $1', [id])
    else
      await tx.query(
        `update webhook_secrets set ends_at = least(ends_at, now() + make_interval(secs => $2)) where webhook_id = $1`,
        [id, graceSeconds],
      )
    const secret = await addSecret(tx, id)
    return { ok: true, row: (await webhookOf(tx, { memberId, id })) as WebhookRow, secret }
  })
}
