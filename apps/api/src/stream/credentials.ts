import type { Pool, Tx } from '@rivulet/db'

/** What a stream is open by: a session, or a secret of an API key (its SHA-256, in hex). */
export type Credential = { sessionId: string } | { keyHash: string }

export const nameOf = (one: Credential): string => ('sessionId' in one ? one.sessionId : one.keyHash)

/**
 * Those of these that are still good, by name, in one statement: a session that has not ended, a key that was neither
 * revoked nor has expired, by its secret or a former one within its grace. A deleted member has neither.
 */
export async function goodOf(db: Pool | Tx, credentials: readonly Credential[]): Promise<Set<string>> {
  const sessions = credentials.flatMap((one) => ('sessionId' in one ? one.sessionId : []))
  const keys = credentials.flatMap((one) => ('keyHash' in one ? Buffer.from(one.keyHash, 'hex') : []))
  const { rows } = await db.query<{ name: string }>({
    name: 'stream-credentials',
    text: `select id::text as name from sessions where id = any($1::uuid[]) and expires_at > now()
           union all
           select encode(k.key_hash, 'hex') from api_keys k where k.key_hash = any($2::bytea[]) and ${LIVE}
           union all
           select encode(f.key_hash, 'hex') from api_key_former_secrets f join api_keys k on k.id = f.key_id
           where f.key_hash = any($2::bytea[]) and f.ends_at > now() and ${LIVE}`,
    values: [sessions, keys],
  })
  return new Set(rows.map(({ name }) => name))
}

const LIVE = 'k.revoked_at is null and (k.expires_at is null or k.expires_at > now())'
