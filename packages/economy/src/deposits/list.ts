import type { Pool } from '@rivulet/db'
import { type Amount, amountOf } from '@rivulet/ledger'

/** A deposit as its member sees it. */
export type ListedDeposit = {
  /** Of the booked event, as the statement names it; null while it is pending. */
  id: string | null
  /** Nano. */
  amount: Amount
  txHash: string
  logIndex: number
  block: bigint
  /** When it was booked; while it is pending, when it was first seen in this block. */
  at: Date
}

/** Where a page ends: the place of its last deposit in the chain. */
export type DepositPlace = { block: bigint; logIndex: number }

/**
 * Deposits for an account (EIP-55), newest first in the order of the chain: those that are booked, and above them those
 * whose block is not final. One statement, so that one that is being booked is in it once.
 *
 * @param before the last deposit of the page before
 */
export async function depositsOf(
  pool: Pool,
  { chainId, account, unit }: { chainId: bigint; account: string; unit: bigint },
  { before, take }: { before: DepositPlace | undefined; take: number },
): Promise<ListedDeposit[]> {
  const { rows } = await pool.query<Omit<ListedDeposit, 'amount'> & { amount: bigint }>(
    `select id, amount, tx_hash as "txHash", log_index as "logIndex", block_number as block, at from (
       (select null::uuid as id, amount * $3 as amount, tx_hash, log_index, block_number, seen_at as at
        from seen_deposits where chain_id = $1 and account = $2)
       union all
       (select id, amount, tx_hash, log_index, block_number, created_at from chain_events
        where chain_id = $1 and account = $2 and kind = 'deposit'
          and ($4::bigint is null or (block_number, log_index) < ($4, $5::int))
        order by block_number desc, log_index desc limit $6)
     ) d
     where $4::bigint is null or (block_number, log_index) < ($4, $5::int)
     order by block_number desc, log_index desc limit $6`,
    [chainId, account, unit, before?.block ?? null, before?.logIndex ?? null, take],
  )
  return rows.map((row) => ({ ...row, amount: amountOf(row.amount) }))
}
