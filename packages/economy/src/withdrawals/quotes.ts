import type { Pool, Tx } from '@rivulet/db'

/** Typed data that was handed out: `nonce` has 32 bytes, `expiresAt` whole seconds. */
export type Quote = { nonce: Buffer; expiresAt: Date }

export type QuoteFault = 'bad_signature' | 'nonce_used' | 'expired'

/** How many quotes of a member's are known: the newest. */
export const QUOTES_KEPT = 10
const QUOTE_SECONDS = 600
/** An expired quote is known for a day more, so that who comes late is told why. */
const KEEP_SECONDS = 86_400

/** Writes a quote down; the member's oldest give way, and a few old ones of anybody's are swept up. */
export async function insertQuote(
  tx: Tx,
  quote: { nonce: Uint8Array; memberId: string; to: string; amount: bigint },
): Promise<Quote> {
  await tx.query(
    `delete from withdrawal_quotes where nonce in (
       select nonce from withdrawal_quotes where expires_at < now() - make_interval(secs => $1)
       order by expires_at limit 20 for update skip locked)`,
    [KEEP_SECONDS],
  )
  await tx.query(
    `delete from withdrawal_quotes where nonce in (
       select nonce from withdrawal_quotes where member_id = $1
       order by expires_at desc, nonce offset $2 for update skip locked)`,
    [quote.memberId, QUOTES_KEPT - 1],
  )
  const { rows } = await tx.query<Quote>(
    `insert into withdrawal_quotes (nonce, member_id, "to", amount, expires_at)
     values ($1, $2, $3, $4, date_trunc('second', now()) + make_interval(secs => $5))
     returning nonce, expires_at as "expiresAt"`,
    [quote.nonce, quote.memberId, quote.to, quote.amount, QUOTE_SECONDS],
  )
  return rows[0] as Quote
}

/** The quotes of a member's for this, those that can still be used first, then the newest. */
export async function quotesFor(
  db: Pool | Tx,
  { memberId, to, amount }: { memberId: string; to: string; amount: bigint },
): Promise<Quote[]> {
  const { rows } = await db.query<Quote>(
    `select nonce, expires_at as "expiresAt" from withdrawal_quotes
     where member_id = $1 and "to" = $2 and amount = $3
     order by (used_at is null and expires_at > now()) desc, expires_at desc, nonce limit $4`,
    [memberId, to, amount, QUOTES_KEPT],
  )
  return rows
}

/** Locks a quote that is to be used, and says what is wrong with that. @param nonce null: the signature is of none */
export async function lockQuote(
  tx: Tx,
  { nonce, memberId, to, amount }: { nonce: Uint8Array | null; memberId: string; to: string; amount: bigint },
): Promise<QuoteFault | undefined> {
  const { rows } = await tx.query<{ used: boolean; over: boolean }>(
    `select used_at is not null as used, expires_at <= now() as over from withdrawal_quotes
     where nonce = $1 and member_id = $2 and "to" = $3 and amount = $4 for no key update`,
    [nonce, memberId, to, amount],
  )
  const row = rows[0]
  if (!row) return 'bad_signature'
  if (row.used) return 'nonce_used'
  return row.over ? 'expired' : undefined
}

/** Uses a quote up. It is locked, so nobody else has. */
export async function useQuote(tx: Tx, nonce: Uint8Array): Promise<void> {
  const used = await tx.query(
    'update withdrawal_quotes set used_at = now() where nonce = $1 and used_at is null',
    [nonce],
  )
  if (used.rowCount !== 1) throw new Error('a quote was used twice')
}

/** Whether a withdrawal to this address has passed its hold before. */
export async function isKnownDestination(tx: Tx, memberId: string, address: string): Promise<boolean> {
  const { rows } = await tx.query(
    'select from withdrawal_destinations where member_id = $1 and address = $2',
    [memberId, address],
  )
  return rows.length > 0
}
