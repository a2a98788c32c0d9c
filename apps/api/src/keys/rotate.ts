import { randomBytes } from 'node:crypto'
import { type Pool, withTransaction } from '@rivulet/db'
import { appendAudit } from '@rivulet/economy'
import { type KeyRow, keyById } from './store.ts'
import { hashOfKey, keyOf } from './viewers.ts'

export const MOST_GRACE_SECONDS = 7 * 86_400
export const GRACE_SECONDS = 86_400
/** Most secrets of a key that go on beside its newest. */
export const MOST_FORMER = 5

export type RotateKeyResult =
  | { ok: true; row: KeyRow; key: string }
  | { ok: false; code: 'key_not_found' | 'key_ended' | 'too_many_rotations' }

/**
 * Gives a key a new secret, which is told once. Id, name, scopes, addresses, expiry, spend limit and what is spent of it
 * stay. Every secret before it ends after the grace, or when an earlier rotation says, whichever is sooner: with a grace
 * of 0 all but the new one end at once. Two at once are one after the other, and what either was told goes on.
 *
 * `key_ended`: it is revoked or has expired. `too_many_rotations`: `MOST_FORMER` secrets go on beside the newest.
 *
 * @param graceSeconds 0 to `MOST_GRACE_SECONDS`
 */
export function rotateKey(
  pool: Pool,
  {
    memberId,
    id,
    graceSeconds,
    requestId,
  }: { memberId: string; id: string; graceSeconds: number; requestId: string },
): Promise<RotateKeyResult> {
  return withTransaction(pool, async (tx): Promise<RotateKeyResult> => {
    const locked = await tx.query<{ hash: Buffer; ended: boolean }>(
      `select key_hash as hash, revoked_at is not null or coalesce(expires_at <= now(), false) as ended
       from api_keys where id = $1 and member_id = $2 for no key update`,
      [id, memberId],
    )
    const before = locked.rows[0]
    if (!before) return { ok: false, code: 'key_not_found' }
    if (before.ended) return { ok: false, code: 'key_ended' }

    // A former secret that has ended says so until here.
    await tx.query('delete from api_key_former_secrets where key_id = $1 and ends_at <= now()', [id])
    const { rows } = await tx.query<{ former: number }>(
      'select count(*)::int as former from api_key_former_secrets where key_id = $1',
      [id],
    )
    if (graceSeconds > 0 && (rows[0]?.former ?? 0) >= MOST_FORMER)
      return { ok: false, code: 'too_many_rotations' }
    await tx.query(`update api_key_former_secrets set ends_at = least(ends_at, ${END}) where key_id = $1`, [
      id,
      graceSeconds,
    ])
    await tx.query(`insert into api_key_former_secrets (key_id, ends_at, key_hash) values ($1, ${END}, $3)`, [
      id,
      graceSeconds,
      before.hash,
    ])
    const key = keyOf(randomBytes(32))
    await tx.query('update api_keys set key_hash = $2 where id = $1', [id, hashOfKey(key)])
    await appendAudit(tx, [
      {
        ...{ actorId: memberId, role: 'member', act: 'key.rotate', subject: { type: 'key', id } },
        ...{ after: { graceSeconds }, requestId },
      },
    ])
    return { ok: true, row: (await keyById(tx, id)) as KeyRow, key }
  })
}

/** Whole milliseconds, never ahead of the clock: with a grace of 0 it has ended when this is over. */
const END = `date_trunc('milliseconds', now()) + make_interval(secs => $2)`
