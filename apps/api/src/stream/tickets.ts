import { hash, randomBytes } from 'node:crypto'
import type { Pool } from '@rivulet/db'
import { type Credential, goodOf, nameOf } from './credentials.ts'

export const TICKET_SECONDS = 60

const hashOf = (ticket: string): Buffer => hash('sha256', ticket, 'buffer')

/** Hands out a ticket for one stream: told once, kept as its SHA-256; and sweeps up a few that have expired. */
export async function issueTicket(
  pool: Pool,
  { memberId, credential }: { memberId: string; credential: Credential },
): Promise<{ ticket: string; expiresAt: Date }> {
  const ticket = randomBytes(32).toString('base64url')
  const issued = await pool.query<{ expiresAt: Date }>({
    name: 'issue-stream-ticket',
    text: `with swept as (
             delete from stream_tickets where ticket_hash in (
               select ticket_hash from stream_tickets where expires_at <= now() limit 20 for update skip locked))
           insert into stream_tickets (ticket_hash, member_id, session_id, key_hash, expires_at)
           values ($1, $2, $3, $4, now() + make_interval(secs => $5)) returning expires_at as "expiresAt"`,
    values: [
      hashOf(ticket),
      memberId,
      'sessionId' in credential ? credential.sessionId : null,
      'keyHash' in credential ? Buffer.from(credential.keyHash, 'hex') : null,
      TICKET_SECONDS,
    ],
  })
  return { ticket, expiresAt: issued.rows[0]!.expiresAt }
}

type Used = { memberId: string; credential: Credential; allowedIps: string[] }

/**
 * Uses a ticket up. Of many at once exactly one is answered; undefined: it is none, has expired, was used, or what it was
 * asked for with has ended since.
 */
export async function useTicket(pool: Pool, ticket: string): Promise<Used | undefined> {
  const used = await pool.query<{
    memberId: string
    sessionId: string | null
    keyHash: string | null
    allowedIps: string[] | null
  }>({
    name: 'use-stream-ticket',
    text: `with used as (
             delete from stream_tickets where ticket_hash = $1 and expires_at > now()
             returning member_id, session_id, key_hash)
           select u.member_id as "memberId", u.session_id as "sessionId", encode(u.key_hash, 'hex') as "keyHash",
             (select k.allowed_ips from api_keys k where k.key_hash = u.key_hash
              union all
              select k.allowed_ips from api_key_former_secrets f join api_keys k on k.id = f.key_id
              where f.key_hash = u.key_hash limit 1) as "allowedIps"
           from used u`,
    values: [hashOf(ticket)],
  })
  const [found] = used.rows
  if (!found) return undefined
  const { memberId, sessionId, keyHash, allowedIps } = found
  const credential = sessionId === null ? { keyHash: keyHash as string } : { sessionId }
  const good = await goodOf(pool, [credential])
  return good.has(nameOf(credential)) ? { memberId, credential, allowedIps: allowedIps ?? [] } : undefined
}
