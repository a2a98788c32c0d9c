import { hash } from 'node:crypto'
import { gathered, type Pool } from '@rivulet/db'
import type { SpendingKey } from '@rivulet/economy'
import type { Found } from '../auth/sessions.ts'
import type { Scope } from '../http/scopes.ts'

const PREFIX = 'rvk_'

/** The key a request is sent with, and what it may do. */
export type ViewerKey = SpendingKey & { scopes: Scope[] }

const LENGTH = PREFIX.length + 43

/** Whether a token is one of a key, by its looks: a session's may begin like one, but is shorter. */
export const isKey = (token: string): boolean => token.length === LENGTH && token.startsWith(PREFIX)

/** A key from 32 random bytes. */
export const keyOf = (secret: Buffer): string => PREFIX + secret.toString('base64url')

export const hashOfKey = (key: string): Buffer => hash('sha256', key, 'buffer')

type Row = ViewerKey & { hash: string; memberId: string; address: string; idle: boolean }

/** Tells whose a key is; undefined when it is nobody's, was revoked or has expired. */
export function createKeyViewerOf(pool: Pool): (key: string) => Promise<Found | undefined> {
  return gathered(
    async (keys: string[]) => {
      const hashes = keys.map((key) => hashOfKey(key).toString('hex'))
      const { rows } = await pool.query<Row>({
        name: 'viewers-of-keys',
        text: `select encode(t.hash, 'hex') as hash, k.id, k.scopes, k.daily_spend_limit as "dailySpendLimit",
                    m.id as "memberId", m.address, k.idle
             from unnest($1::bytea[]) as t (hash)
               cross join lateral (
                 select id, member_id, scopes, daily_spend_limit,
                        coalesce(last_used_at < now() - interval '1 minute', true) as idle
                 from api_keys
                 where key_hash = t.hash and revoked_at is null and (expires_at is null or expires_at > now()) limit 1
               ) k
               cross join lateral (select id, address from members where id = k.member_id limit 1) m`,
        values: [`{${hashes.map((one) => `"\\\\x${one}"`).join(',')}}`],
      })
      const viewers = new Map(
        rows.map(({ hash, memberId, address, idle, ...key }) => [
          hash,
          { viewer: { memberId, address, sessionId: null, key }, idle },
        ]),
      )
      return hashes.map((one) => viewers.get(one))
    },
    { workers: 1 },
  )
}
