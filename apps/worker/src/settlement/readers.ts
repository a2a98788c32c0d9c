import { createHmac } from 'node:crypto'
import type { Tx } from '@rivulet/db'

/** Remembers who asked for a payout to a place that is nobody's: its leaf is theirs to read. Repeatable. */
export async function noteReaders(
  tx: Tx,
  payouts: readonly { memberId: string; to: string }[],
): Promise<void> {
  await tx.query(
    `insert into vault_readers (index, member_id)
     select distinct v.index, p.member_id from unnest($1::uuid[], $2::text[]) as p(member_id, address)
     join vault_accounts v on v.address = p.address
     where v.member_id is null
     on conflict do nothing`,
    [payouts.map((p) => p.memberId), payouts.map((p) => p.to)],
  )
}

/** The treasury's own secret, while its address is no member's: HMAC-SHA-256 of "treasury exit" under `SECRET_KEY`. */
export function treasurySecret(secretKey: string): Uint8Array {
  return createHmac('sha256', secretKey).update('treasury exit').digest()
}

/**
 * Whom the leaves from `first` to `last` are encrypted for, by index: the member whose place it is; else everybody who
 * asked for a payout to it, in order of their ids; the treasury's place for its own secret.
 */
export async function readersIn(
  tx: Tx,
  secretKey: string,
  first: bigint,
  last: bigint,
): Promise<Map<bigint, Uint8Array[]>> {
  const { rows } = await tx.query<{ index: bigint; secret: Uint8Array }>(
    `select v.index, m.exit_secret as secret from vault_accounts v join members m on m.id = v.member_id
     where v.index between $1 and $2
     union all
     (select v.index, m.exit_secret from vault_accounts v join vault_readers r using (index)
      join members m on m.id = r.member_id
      where v.index between $1 and $2 and v.member_id is null order by r.member_id)`,
    [first, last],
  )
  const readers = new Map<bigint, Uint8Array[]>()
  for (const { index, secret } of rows) readers.set(index, [...(readers.get(index) ?? []), secret])
  if (first === 0n && !readers.has(0n)) readers.set(0n, [treasurySecret(secretKey)])
  return readers
}
