import type { Tx } from '@rivulet/db'
import { RESERVE, SURPLUS } from '@rivulet/economy'
import type { Account, Backing } from './leaves.ts'

/** The books of one moment, as an epoch needs them. */
export type Snapshot = {
  /** Every place of the tree by rising index. */
  accounts: Account[]
  backing: Backing
  /** The final block up to which deposits are in it. */
  block: bigint
  /** See `readLegs`. */
  legs: bigint
  /** `pg_current_snapshot()` of the statement: which other transactions are in it. What its own has done is too. */
  visible: string
}

// Payouts that are booked, refused or collected, and surplus, change no leaf: every epoch would need another after it.
const LEGS = `coalesce(sum(version) filter (where ref <> $1 and ref <> $2 and ref not like 'settling:%'
  and ref not like 'member:%:owed'), 0)::bigint`

type Books = Backing & { block: bigint; legs: bigint; visible: string; placeless: bigint }

/**
 * Reads the books in one statement, which is one moment also where others go on posting and booking: leaves, what backs
 * them and the block agree to the unit. What this transaction has done is in it.
 *
 * A member whose address is the treasury's has index 0: their money is in that leaf.
 * @throws Error when somebody with money has no place in the tree
 */
export async function readSnapshot(tx: Tx, chainId: bigint): Promise<Snapshot> {
  // The sums of the books stand in the first row, the treasury's.
  const { rows } = await tx.query<Account & (Books | { [Sum in keyof Books]: null })>(
    `with holding as (
       select split_part(ref, ':', 2)::uuid as member_id, split_part(ref, ':', 3) as account, balance
       from ledger.account where ref like 'member:%' and balance <> 0
       union all
       select c.sponsor_id, 'escrow', a.balance
       from ledger.account a join campaigns c on c.id = split_part(a.ref, ':', 2)::uuid
       where a.ref like 'campaign:%' and a.balance <> 0
       union all
       -- While a period is being closed, what its account still has to deliver.
       select r.receiver_id, 'pending', r.gross
       from periods p join receipts r on r.posting_id > p.delivered
         and r.posting_id <= (left(p.delivered::text, 13) || '-ffff-ffff-ffffffffffff')::uuid and r.period = p.number
       where p.status = 'closing' and r.closing and r.reversal_id is null
     ), money as (
       select member_id,
              sum(balance) filter (where account in ('available', 'pledge')) as spendable,
              sum(balance) filter (where account = 'pending') as pending,
              sum(balance) filter (where account in ('budget', 'withdrawing', 'escrow')) as reserved
       from holding group by 1
     ), books as (
       select coalesce(-sum(balance) filter (where ref = $1), 0)::bigint as reserves,
              coalesce(sum(balance) filter (where ref = $2), 0)::bigint as surplus,
              coalesce(sum(balance) filter (where ref like 'settling:%'), 0)::bigint as settling,
              coalesce(sum(balance) filter (where ref like 'member:%:owed'), 0)::bigint as owed,
              ${LEGS} as legs, pg_current_snapshot()::text as visible,
              (select block_number from chain_cursor where chain_id = $3) as block,
              (select count(*) from money
               where not exists (select from vault_accounts v where v.member_id = money.member_id)) as placeless
       from ledger.account
     )
     select v.index, v.address, v.authorised, v.deposited, coalesce(m.spendable, 0)::bigint as spendable,
            coalesce(m.pending, 0)::bigint as pending, coalesce(m.reserved, 0)::bigint as reserved, books.*
     from vault_accounts v left join money m using (member_id) left join books on v.index = 0
     order by v.index`,
    [RESERVE, SURPLUS, chainId],
  )
  const books = rows[0]
  if (!books || books.block === null) throw new Error('the tree has no treasury at index 0')
  if (books.placeless > 0n) throw new Error(`${books.placeless} members with money have no place in the tree`)
  const { reserves, settling, owed, surplus, block, legs, visible } = books
  return { accounts: rows, backing: { reserves, settling, owed, surplus }, block, legs, visible }
}

/**
 * How many legs were ever posted to the accounts whose movement a leaf would show. It is read from what the accounts
 * count themselves, so it misses nothing, whenever a posting began and whatever its id; two moments with the same number
 * have the same leaves.
 */
export async function readLegs(tx: Tx): Promise<bigint> {
  const { rows } = await tx.query<{ legs: bigint }>(`select ${LEGS} as legs from ledger.account`, [
    RESERVE,
    SURPLUS,
  ])
  return rows[0]!.legs
}
