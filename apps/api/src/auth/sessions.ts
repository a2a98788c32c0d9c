import { createHash, randomBytes } from 'node:crypto'
import { newId, type Pool, type Tx } from '@rivulet/db'

export const SESSION_DAYS = 30

/** Who sends a request. */
export type Viewer = { memberId: string; address: string; sessionId: string }

/** Begins a session. The token is told once: only its SHA-256 is kept. */
export async function beginSession(tx: Tx, memberId: string): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url')
  await tx.query('delete from sessions where member_id = $1 and expires_at <= now()', [memberId])
  const begun = await tx.query<{ expires_at: Date }>(
    `insert into sessions (id, member_id, token_hash, expires_at)
     values ($1, $2, $3, now() + make_interval(days => $4)) returning expires_at`,
    [newId(), memberId, hashOf(token), SESSION_DAYS],
  )
  return { token, expiresAt: begun.rows[0]!.expires_at }
}

/** Whose session a token is; undefined when it is nobody's, or has ended. */
export async function viewerOf(pool: Pool, token: string): Promise<Viewer | undefined> {
  const found = await pool.query<Viewer>({
    name: 'viewer-of',
    text: `select s.id as "sessionId", m.id as "memberId", m.address
           from sessions s join members m on m.id = s.member_id
           where s.token_hash = $1 and s.expires_at > now()`,
    values: [hashOf(token)],
  })
  return found.rows[0]
}

export async function endSession(pool: Pool, sessionId: string): Promise<void> {
  await pool.query('delete from sessions where id = $1', [sessionId])
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
