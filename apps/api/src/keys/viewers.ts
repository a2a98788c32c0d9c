import { hash } from 'node:crypto'
import { gathered, type Pool } from '@rivulet/db'
import type { SpendingKey } from '@rivulet/economy'
import type { Found } from '../auth/sessions.ts'
import type { Scope } from '../http/scopes.ts'

const PREFIX = 'rvk_'

/** The key a request is sent with, what it may do, and from where; no addresses: from anywhere. */
export type ViewerKey = SpendingKey & { scopes: Scope[]; allowedIps: string[] }

/** Why a secret is nobody's any more: its key has expired, or was given another and the grace is over. */
export type KeyEnd = 'expired' | 'rotated'

const LENGTH = PREFIX.length + 43

/** Whether a token is one of a key, by its looks: a session's may begin like one, but is shorter. */
export const isKey = (token: string): boolean => token.length === LENGTH && token.startsWith(PREFIX)

/** A key from 32 random bytes. */
export const keyOf = (secret: Buffer): string => PREFIX + secret.toString('base64url')

export const hashOfKey = (key: string): Buffer => hash('sha256', key, 'buffer')

type Row = ViewerKey & {
  hash: string
  memberId: string
  address: string
  idle: boolean
  ended: KeyEnd | null
}

/** Tells whose a key is, or why it has ended; undefined when it is nobody's or was revoked. */
export function createKeyViewerOf(
  pool: Pool,
): (key: string) => Promise<Found | { ended: KeyEnd } | undefined> {
  return gathered(
    async (keys: string[]) => {
      const hashes = keys.map((key) => hashOfKey(key).toString('hex'))
      const { rows } = await pool.query<Row>({
        ...VIEWERS,
        values: [`{${hashes.map((one) => `"\\\\x${one}"`).join(',')}}`],
      })
      const found = new Map(
        rows.map(({ hash, memberId, address, idle, ended, ...key }) => [
          hash,
          ended ? { ended } : { viewer: { memberId, address, sessionId: null, key }, idle },
        ]),
      )
      return hashes.map((one) => found.get(one))
    },
    { workers: 1 },
  )
}

const COLUMNS = `k.id, k.member_id, k.scopes, k.daily_spend_limit, k.allowed_ips,
  coalesce(k.last_used_at < now() - interval '1 minute', true) as idle`

/** The newest secret is looked for first; only what is none is looked for among the former ones. */
const VIEWERS = {
  name: 'viewers-of-keys',
  text: `select encode(t.hash, 'hex') as hash, k.id, k.scopes, k.daily_spend_limit as "dailySpendLimit",
                k.allowed_ips as "allowedIps", m.id as "memberId", m.address, k.idle, k.ended
         from unnest($1::bytea[]) as t (hash)
           cross join lateral (
             select ${COLUMNS}, case when k.expires_at <= now() then 'expired' end as ended
             from api_keys k where k.key_hash = t.hash and k.revoked_at is null
             union all
             select ${COLUMNS},
                    case when f.ends_at <= now() then 'rotated' when k.expires_at <= now() then 'expired' end
             from api_key_former_secrets f join api_keys k on k.id = f.key_id
             where f.key_hash = t.hash and k.revoked_at is null
             limit 1
           ) k
           cross join lateral (select id, address from members where id = k.member_id limit 1) m`,
}
