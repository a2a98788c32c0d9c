import { randomBytes } from 'node:crypto'
import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { MEMBER_ACCOUNTS, memberAccount } from '../chart.ts'

/**
 * Finds the members of these addresses (EIP-55) and makes those that do not exist yet: the member, a permanent place
 * in the settlement tree, and the accounts in the books.
 *
 * @returns address → member id, for every address given. Safe to repeat, and for two at once.
 */
export async function ensureMember(tx: Tx, addresses: string[]): Promise<Map<string, string>> {
  const known = await idsOf(tx, addresses)
  // Sorted, so that two transactions making the same members wait for each other in one order.
  const missing = [...new Set(addresses)].filter((address) => !known.has(address)).sort()
  if (missing.length === 0) return known

  const made = await tx.query<{ id: string }>(
    `insert into members (id, address, exit_secret)
     select * from unnest($1::uuid[], $2::text[], $3::bytea[])
     on conflict (address) do nothing
     returning id`,
    [missing.map(newId), missing, missing.map(() => randomBytes(32))],
  )
  const ids = made.rows.map((row) => row.id)
  // An address may have its place before it has a member.
  await tx.query(
    `insert into vault_accounts (address, member_id)
     select address, id from members where id = any($1::uuid[])
     on conflict (address) do update set member_id = excluded.member_id`,
    [ids],
  )
  await ledgerOf(tx).open(ids.flatMap((id) => MEMBER_ACCOUNTS.map((account) => memberAccount(id, account))))
  return idsOf(tx, addresses)
}

async function idsOf(tx: Tx, addresses: string[]): Promise<Map<string, string>> {
  const found = await tx.query<{ id: string; address: string }>(
    'select id, address from members where address = any($1::text[])',
    [addresses],
  )
  return new Map(found.rows.map((row) => [row.address, row.id]))
}
