import { randomBytes } from 'node:crypto'
import { newId, type Pool, type Tx, withTransaction } from '@rivulet/db'
import { appendAudit } from '@rivulet/economy'
import type { Amount } from '@rivulet/ledger'
import type { Scope } from '../http/scopes.ts'
import { hashOfKey, keyOf } from './viewers.ts'

/** Most keys of a member that are neither revoked nor expired. */
export const MOST_KEYS = 50

/** Furthest that an expiry may be ahead when a key is made. */
export const MOST_DAYS = 366

export type KeyRow = {
  id: string
  name: string
  scopes: Scope[]
  allowedIps: string[]
  dailySpendLimit: bigint | null
  /** Nano that left `available` by it today (UTC). */
  spentToday: bigint
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  /** To the minute. */
  lastUsedAt: Date | null
  /** When the last of its former secrets that still go on ends. */
  formerEndsAt: Date | null
}

export type NewKey = {
  memberId: string
  name: string
  scopes: Scope[]
  /** As `readAllowedIp` writes them; none: from anywhere. */
  allowedIps: string[]
  dailySpendLimit: Amount | null
  expiresAt: Date | null
  /** Of the request that asks, for the audit log. */
  requestId: string
}

export type MakeKeyResult =
  | { ok: true; id: string; key: string; createdAt: Date }
  | { ok: false; code: 'too_many_keys' | 'already_over' | 'too_far' }

/**
 * Makes a key. It is told once: only its SHA-256 is kept. `already_over`: it would have expired before it is made;
 * `too_far`: its expiry is more than `MOST_DAYS` ahead.
 */
export function makeKey(pool: Pool, wish: NewKey): Promise<MakeKeyResult> {
  return withTransaction(pool, async (tx): Promise<MakeKeyResult> => {
    // Two at once are counted one after the other.
    await tx.query('select 1 from members where id = $1 for no key update', [wish.memberId])
    const { rows } = await tx.query<{ live: number; over: boolean; far: boolean }>(
      `select count(*)::int as live, coalesce($2::timestamptz <= now(), false) as over,
              coalesce($2::timestamptz > now() + make_interval(days => $3), false) as far
       from api_keys where member_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [wish.memberId, wish.expiresAt, MOST_DAYS],
    )
    if (rows[0]?.over) return { ok: false, code: 'already_over' }
    if (rows[0]?.far) return { ok: false, code: 'too_far' }
    if ((rows[0]?.live ?? 0) >= MOST_KEYS) return { ok: false, code: 'too_many_keys' }
    const key = keyOf(randomBytes(32))
    const made = await tx.query<{ id: string; createdAt: Date }>(
      `insert into api_keys (id, member_id, name, key_hash, scopes, allowed_ips, daily_spend_limit, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id, created_at as "createdAt"`,
      [
        ...[newId(), wish.memberId, wish.name, hashOfKey(key)],
        ...[wish.scopes, wish.allowedIps, wish.dailySpendLimit, wish.expiresAt],
      ],
    )
    const { id, createdAt } = made.rows[0] as { id: string; createdAt: Date }
    const { name, scopes, allowedIps } = wish
    await appendAudit(tx, [
      {
        ...{ actorId: wish.memberId, role: 'member', act: 'key.make', subject: { type: 'key', id } },
        ...{ after: { name, scopes, allowedIps }, requestId: wish.requestId },
      },
    ])
    return { ok: true, id, key, createdAt }
  })
}

const KEYS = `select k.id, k.name, k.scopes, k.allowed_ips as "allowedIps", k.daily_spend_limit as "dailySpendLimit",
    coalesce(s.amount, 0)::bigint as "spentToday", k.created_at as "createdAt", k.expires_at as "expiresAt",
    k.revoked_at as "revokedAt", k.last_used_at as "lastUsedAt",
    (select max(least(f.ends_at, k.expires_at)) from api_key_former_secrets f
     where f.key_id = k.id and f.ends_at > now()) as "formerEndsAt"
  from api_keys k
  left join api_key_spends s on s.key_id = k.id and s.day = (now() at time zone 'UTC')::date`

/** A member's keys, newest first, also those that have ended. @param before the id of the last of the page before */
export async function keysOf(
  pool: Pool,
  memberId: string,
  { before, take }: { before: string | undefined; take: number },
): Promise<KeyRow[]> {
  const { rows } = await pool.query<KeyRow>({
    name: 'keys-of',
    text: `${KEYS} where k.member_id = $1 and k.id < $2 order by k.id desc limit $3`,
    values: [memberId, before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', take],
  })
  return rows
}

export async function keyById(tx: Tx, id: string): Promise<KeyRow | undefined> {
  return (await tx.query<KeyRow>(`${KEYS} where k.id = $1`, [id])).rows[0]
}

/** Ends a key of this member's, at once and for all processes; ending it again changes nothing. */
export async function revokeKey(
  pool: Pool,
  { memberId, id, requestId }: { memberId: string; id: string; requestId: string },
): Promise<{ ok: true } | { ok: false; code: 'key_not_found' }> {
  return withTransaction(pool, async (tx) => {
    const found = await tx.query<{ revoked: boolean }>(
      `select revoked_at is not null as revoked from api_keys where id = $1 and member_id = $2
       for no key update`,
      [id, memberId],
    )
    const key = found.rows[0]
    if (!key) return { ok: false, code: 'key_not_found' }
    if (key.revoked) return { ok: true }
    await tx.query('update api_keys set revoked_at = now() where id = $1', [id])
    await appendAudit(tx, [
      { actorId: memberId, role: 'member', act: 'key.revoke', subject: { type: 'key', id }, requestId },
    ])
    return { ok: true }
  })
}
