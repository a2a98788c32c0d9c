import type { Tx } from '@rivulet/db'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'

/** A withdrawal on its way: `amount` in nano. */
export type PayoutWithdrawal = {
  id: string
  memberId: string
  to: string
  amount: bigint
  lane: 'push' | 'pull'
  /** Asked for by a forced exit. */
  forced: boolean
}

const COLUMNS = 'id, member_id as "memberId", "to", amount, lane, forced'

/**
 * The withdrawals that wait for an epoch, locked: forced exits first, each kind oldest first.
 *
 * None is pushed to an address with an open exit request: the vault takes the request for served when the leaf holds
 * no payout, and somebody who keeps having it paid could freeze the network.
 */
export async function lockRequested(tx: Tx, limit: number): Promise<PayoutWithdrawal[]> {
  const { rows } = await tx.query<PayoutWithdrawal>(
    `select ${COLUMNS} from withdrawals w
     where status = 'requested' and (lane = 'pull' or not exists (
       select from exit_requests e join vault_accounts v on v.index = e.index
       where v.address = w."to" and e.resolved_block is null))
     order by forced desc, id limit $1 for no key update of w`,
    [limit],
  )
  return rows
}

/** The withdrawals that an epoch has taken, whatever their lane, locked. */
export async function lockTaken(tx: Tx, epoch: number): Promise<(PayoutWithdrawal & { status: string })[]> {
  const { rows } = await tx.query<PayoutWithdrawal & { status: string }>(
    `select ${COLUMNS}, status::text from withdrawals where epoch = $1 order by id for no key update`,
    [epoch],
  )
  return rows
}

/** How often each of these withdrawals was given back by an epoch, as the books say it. */
export async function timesGivenBack(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; times: number }>(
    `select id, count(*)::int as times from ledger.transfer
     where id = any($1::uuid[]) and leg > $2 and leg % 2 = 1 group by id`,
    [ids, WITHDRAWAL_LEG.settle],
  )
  return new Map(rows.map((row) => [row.id, row.times]))
}

/** The withdrawals that a batch pays, locked. */
export async function lockBatch(tx: Tx, epoch: number, batch: number): Promise<PayoutWithdrawal[]> {
  const { rows } = await tx.query<PayoutWithdrawal>(
    `select ${COLUMNS} from withdrawals where epoch = $1 and batch = $2 order by id for no key update`,
    [epoch, batch],
  )
  return rows
}

/** The withdrawals to an address that the token refused and nobody has collected yet, locked. */
export async function lockOwed(tx: Tx, address: string): Promise<PayoutWithdrawal[]> {
  const { rows } = await tx.query<PayoutWithdrawal>(
    `select ${COLUMNS} from withdrawals where status = 'owed' and lane = 'push' and "to" = $1 order by id for no key update`,
    [address],
  )
  return rows
}

/** A pull withdrawal that can be claimed, and what is left of it, in nano. */
export type Claimable = { id: string; memberId: string; left: bigint }

/** What can be claimed from the vault by an address and was not, oldest first, locked. */
export async function lockClaimable(tx: Tx, address: string): Promise<Claimable[]> {
  const { rows } = await tx.query<Claimable>(
    `select id, member_id as "memberId", amount - claimed as "left" from withdrawals
     where status = 'owed' and lane = 'pull' and "to" = $1 order by id for no key update`,
    [address],
  )
  return rows
}
