import { newId, type Tx } from '@rivulet/db'

/**
 * Where something happened on the chain, for ever. `logIndex` is below zero for what is known without a log of its own:
 * -1 under the hash of the block that shows it, or -1 - i under the hash of the transaction whose log i tells it.
 */
export type ChainPlace = { chainId: bigint; txHash: string; logIndex: number; blockNumber: bigint }

export type ChainEventKind =
  | 'deposit'
  | 'batch'
  | 'claim'
  | 'owed_claim'
  | 'surplus'
  | 'surplus_withdrawal'
  | 'exit'

export type ChainEvent = ChainPlace & {
  /** Where transfers of it were posted before; without it, a new one. */
  id?: string
  kind: ChainEventKind
  account: string | null
  /** Nano that came into the vault or left it. */
  amount: bigint
}

/**
 * Something on the chain that the books cannot follow: an event of another history, or of money they do not know.
 * Trying again does not help; whoever books must stop.
 */
export class BookingFault extends Error {}

/**
 * Notes events of final blocks.
 * @returns one id per event, undefined for those that were noted before: they are booked already
 */
export async function noteChainEvents(
  tx: Tx,
  events: readonly ChainEvent[],
): Promise<(string | undefined)[]> {
  const ids = events.map((event) => event.id ?? newId())
  const fresh = await tx.query<{ id: string }>(
    `insert into chain_events (id, chain_id, tx_hash, log_index, block_number, kind, account, amount)
     select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::bigint[])
     on conflict (chain_id, tx_hash, log_index) do nothing
     returning id`,
    [
      ids,
      events.map((e) => e.chainId),
      events.map((e) => e.txHash),
      events.map((e) => e.logIndex),
      events.map((e) => e.blockNumber),
      events.map((e) => e.kind),
      events.map((e) => e.account),
      events.map((e) => e.amount),
    ],
  )
  const noted = new Set(fresh.rows.map((row) => row.id))
  return ids.map((id) => (noted.has(id) ? id : undefined))
}
