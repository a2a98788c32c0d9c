import { randomBytes } from 'node:crypto'
import type { Pool } from '@rivulet/db'

export const NONCE_SECONDS = 300

/** Hands out a nonce of 128 random bits for one sign-in, and sweeps up a few that have expired. */
export async function issueNonce(pool: Pool): Promise<{ nonce: string; expiresAt: Date }> {
  const nonce = randomBytes(16).toString('hex')
  const issued = await pool.query<{ expires_at: Date }>({
    name: 'issue-nonce',
    text: `with swept as (
             delete from sign_in_nonces where nonce in (
               select nonce from sign_in_nonces where expires_at <= now() limit 20 for update skip locked))
           insert into sign_in_nonces (nonce, expires_at) values ($1, now() + make_interval(secs => $2))
           returning expires_at`,
    values: [nonce, NONCE_SECONDS],
  })
  return { nonce, expiresAt: issued.rows[0]!.expires_at }
}

/** Uses a nonce up. Of many at once exactly one gets true; an expired or unknown one gives nobody true. */
export async function useNonce(pool: Pool, nonce: string): Promise<boolean> {
  const used = await pool.query({
    name: 'use-nonce',
    text: 'delete from sign_in_nonces where nonce = $1 and expires_at > now()',
    values: [nonce],
  })
  return used.rowCount === 1
}
