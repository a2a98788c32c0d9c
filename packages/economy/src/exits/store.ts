import { newId, type Tx } from '@rivulet/db'
import type { ChainPlace } from '../chain-events/store.ts'

/** Who has an open exit request and is a member. */
export type ExitingMember = { memberId: string; address: string }

/** Notes a request that was made at a final block; one that is open already stays as it is. */
export async function insertRequest(
  tx: Tx,
  request: { index: bigint; deadline: bigint; block: bigint },
): Promise<void> {
  await tx.query(
    `insert into exit_requests (id, index, deadline, opened_block) values ($1, $2, $3, $4)
     on conflict (index) where resolved_block is null do nothing`,
    [newId(), request.index, request.deadline, request.block],
  )
}

/** Notes that the open request of an address is over. */
export async function endRequest(tx: Tx, address: string, block: bigint): Promise<void> {
  await tx.query(
    `update exit_requests e set resolved_block = $2 from vault_accounts v
     where v.index = e.index and v.address = $1 and e.resolved_block is null`,
    [address, block],
  )
}

/** The members with an open request, in the order of their ids. */
export async function exitingMembers(tx: Tx): Promise<ExitingMember[]> {
  const { rows } = await tx.query<ExitingMember>(
    `select v.member_id as "memberId", v.address from exit_requests e join vault_accounts v on v.index = e.index
     where e.resolved_block is null and v.member_id is not null order by v.member_id`,
  )
  return rows
}

/** Whether any exit request is open. */
export async function hasOpenExits(tx: Pick<Tx, 'query'>): Promise<boolean> {
  const { rows } = await tx.query('select from exit_requests where resolved_block is null limit 1')
  return rows.length > 0
}

/** Whether this event was booked. */
export async function isNoted(tx: Tx, { chainId, txHash, logIndex }: ChainPlace): Promise<boolean> {
  const { rows } = await tx.query(
    'select from chain_events where chain_id = $1 and tx_hash = $2 and log_index = $3',
    [chainId, txHash, logIndex],
  )
  return rows.length > 0
}

/**
 * Whether the vault is in exit mode, as the books know it: for good, whoever clears the halt. Nothing can be requested
 * any more.
 */
export async function isFrozen(db: Pick<Tx, 'query'>): Promise<boolean> {
  const { rows } = await db.query(
    `select from halts where scope = 'settlement' and reason = 'frozen' limit 1`,
  )
  return rows.length > 0
}
