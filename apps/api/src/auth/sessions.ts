import { hash, randomBytes } from 'node:crypto'
import { gathered, newId, type Pool, type Tx } from '@rivulet/db'
import { createKeyViewerOf, isKey, type KeyEnd, type ViewerKey } from '../keys/viewers.ts'

export const SESSION_DAYS = 30

/** How many sessions a member has at most: one more ends the oldest. */
export const SESSIONS_MAX = 100

/** Who sends a request. */
export type Viewer = {
  memberId: string
  address: string
  /** Null when it is sent with an API key. */
  sessionId: string | null
  /** The key it is sent with; absent in a session. */
  key?: ViewerKey
}

/** Whose a token is. `idle`: by the database it was not used within the minute, so its use is to be noted. */
export type Found = { viewer: Viewer; idle: boolean }

/**
 * Begins a session. The token is told once: only its SHA-256 is kept.
 * @param userAgent what the client calls itself, in whatever length
 */
export async function beginSession(
  tx: Tx,
  memberId: string,
  userAgent: string | undefined,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url')
  // Two sign-ins at once are counted one after the other.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`sessions/${memberId}`])
  await tx.query('delete from sessions where member_id = $1 and expires_at <= now()', [memberId])
  const begun = await tx.query<{ expires_at: Date }>(
    `insert into sessions (id, member_id, token_hash, expires_at, user_agent)
     values ($1, $2, $3, now() + make_interval(days => $4), $5) returning expires_at`,
    [newId(), memberId, hashOf(token), SESSION_DAYS, userAgentText(userAgent)],
  )
  await endOldest(tx, memberId)
  return { token, expiresAt: begun.rows[0]!.expires_at }
}

/** The newest stay. In order of id, as whoever ends all others locks them. */
async function endOldest(tx: Tx, memberId: string): Promise<void> {
  await tx.query(
    `with oldest as (
       select id from sessions where member_id = $1 order by id desc offset $2
     ), locked as materialized (
       select id from sessions where id in (select id from oldest) order by id for update
     )
     delete from sessions where id in (select id from locked)`,
    [memberId, SESSIONS_MAX],
  )
}

/**
 * Tells whose a token is, of a session or an API key, or why a key has ended; undefined when it is nobody's, or a session
 * that has ended, or a key that was revoked. Every call asks the database, so what ends is over at once, for all processes; calls that ask at the same time share a query, those with a
 * session one and those with a key another.
 */
export function createViewerOf(
  pool: Pool,
): (token: string) => Promise<Found | { ended: KeyEnd } | undefined> {
  const bySession = createSessionViewerOf(pool)
  const byKey = createKeyViewerOf(pool)
  return (token) => (isKey(token) ? byKey(token) : bySession(token))
}

function createSessionViewerOf(pool: Pool): (token: string) => Promise<Found | undefined> {
  return gathered(
    async (tokens: string[]) => {
      const hashes = tokens.map((token) => hashOf(token).toString('hex'))
      const { rows } = await pool.query<Viewer & { hash: string; idle: boolean }>({
        name: 'viewers-of',
        text: `select encode(t.hash, 'hex') as hash, s.id as "sessionId", m.id as "memberId", m.address, s.idle
             from unnest($1::bytea[]) as t (hash)
               cross join lateral (
                 select id, member_id, coalesce(last_used_at, created_at) < now() - interval '1 minute' as idle
                 from sessions where token_hash = t.hash and expires_at > now() limit 1
               ) s
               cross join lateral (select id, address from members where id = s.member_id limit 1) m`,
        values: [`{${hashes.map((hash) => `"\\\\x${hash}"`).join(',')}}`],
      })
      const viewers = new Map(rows.map(({ hash, idle, ...viewer }) => [hash, { viewer, idle }]))
      return hashes.map((hash) => viewers.get(hash))
      // One query at a time: while it is under way the next gathers, and fewer, larger ones cost less.
    },
    { workers: 1 },
  )
}

export async function endSession(pool: Pool, sessionId: string): Promise<void> {
  await pool.query('delete from sessions where id = $1', [sessionId])
}

const USER_AGENT_MAX = 200

/** As it is kept: 200 characters (code points) at most; null where there is nothing to keep. */
export function userAgentText(told: string | undefined): string | null {
  // Twice as many UTF-16 units hold them all, and a header may be long.
  const characters = [
    ...(told ?? '')
      .slice(0, 2 * USER_AGENT_MAX)
      .toWellFormed()
      .replaceAll('\0', ''),
  ]
  return characters.slice(0, USER_AGENT_MAX).join('') || null
}

function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
