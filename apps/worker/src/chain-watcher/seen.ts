import { parseVaultEvent } from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import type { Log as ChainLog } from 'ethers'

/** A `Deposited` log of a block that is not final. `account` is EIP-55, `amount` in token units. */
export type SeenDeposit = {
  txHash: string
  logIndex: number
  blockNumber: number
  blockHash: string
  account: string
  amount: bigint
}

/** The deposits in logs of the vault. */
export function depositsIn(logs: readonly ChainLog[]): SeenDeposit[] {
  return logs.flatMap((log) => {
    const event = parseVaultEvent(log)
    if (event?.name !== 'Deposited') return []
    const { transactionHash, index, blockNumber, blockHash } = log
    const { account, amount } = event
    return [{ txHash: transactionHash, logIndex: index, blockNumber, blockHash, account, amount }]
  })
}

/**
 * Notes deposits, each once, above a block: what is not above it is booked. One whose block is not the stored one belongs
 * to a fork, and is left out.
 */
export async function noteSeen(
  tx: Tx,
  chainId: bigint,
  above: number,
  deposits: readonly SeenDeposit[],
): Promise<void> {
  if (deposits.length === 0) return
  await tx.query(
    `insert into seen_deposits (chain_id, tx_hash, log_index, block_number, account, amount)
     select $1, d.tx_hash, d.log_index, d.number, d.account, d.amount
     from unnest($3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::bigint[])
       as d(tx_hash, log_index, number, hash, account, amount)
     join chain_blocks b on b.chain_id = $1 and b.number = d.number and b.hash = d.hash
     where d.number > $2
     on conflict do nothing`,
    [
      chainId,
      above,
      deposits.map((d) => d.txHash),
      deposits.map((d) => d.logIndex),
      deposits.map((d) => d.blockNumber),
      deposits.map((d) => d.blockHash),
      deposits.map((d) => d.account),
      deposits.map((d) => d.amount),
    ],
  )
}

/** Ends the waiting of all that was seen up to a block, in the transaction that books it. */
export async function endSeen(tx: Tx, chainId: bigint, upTo: number): Promise<void> {
  await tx.query('delete from seen_deposits where chain_id = $1 and block_number <= $2', [chainId, upTo])
}
