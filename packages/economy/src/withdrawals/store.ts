import type { Tx } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import { notifyMembers } from '../notifications/notify-members.ts'
import { TX_HASH } from './tx-hash.ts'
import { statesBefore, type WithdrawalLane, type WithdrawalStatus } from './withdrawal.ts'

export type NewWithdrawal = {
  id: string
  memberId: string
  /** Nano. */
  amount: bigint
  to: string
  lane: WithdrawalLane
  /** Held for so many seconds; null: it is `requested` at once. */
  holdSeconds: number | null
  automatic: boolean
  /** Made by an exit asked of the vault: its member cannot cancel it. */
  forced?: boolean
}

/** Writes a withdrawal down in its first state, whose money has moved to `withdrawing`. */
export async function insertWithdrawal(tx: Tx, w: NewWithdrawal): Promise<void> {
  const status = w.holdSeconds === null ? 'requested' : 'held'
  await tx.query(
    `insert into withdrawals (id, member_id, amount, "to", lane, status, held_until, automatic, forced)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8, $9)`,
    [w.id, w.memberId, w.amount, w.to, w.lane, status, w.holdSeconds, w.automatic, w.forced ?? false],
  )
  await noteTransition(tx, [w.id], status)
}

/** What a transition tells: the place in an epoch that pays, or the transaction that ended it. */
export type Place = { epoch?: number; batch?: number | null; txHash?: string }

/**
 * Moves withdrawals to a state, those that may go there, notes when, and tells their members. No other statement
 * changes a state.
 * @returns the ids of those that went
 */
export async function advance(
  tx: Tx,
  ids: string[],
  to: WithdrawalStatus,
  place: Place | undefined = undefined,
): Promise<string[]> {
  if (ids.length === 0) return []
  const moved = await tx.query<{ id: string }>(
    `update withdrawals set status = $2::withdrawal_status, epoch = coalesce($4, epoch), batch = coalesce($5, batch),
       tx_hash = coalesce($6, tx_hash)
     where id = any($1::uuid[]) and status = any($3::withdrawal_status[])
     returning id`,
    [ids, to, statesBefore(to), place?.epoch ?? null, place?.batch ?? null, place?.txHash ?? null],
  )
  const movedIds = moved.rows.map((row) => row.id)
  await noteTransition(tx, movedIds, to)
  return movedIds
}

/**
 * Notes since when withdrawals are in a state, and tells their members, in the transaction that moved them. A time that
 * is noted stays; who comes to a state again is told again.
 */
export async function noteTransition(tx: Tx, ids: string[], status: WithdrawalStatus): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    `insert into withdrawal_transitions (withdrawal_id, status) select id, $2::withdrawal_status
     from unnest($1::uuid[]) as id on conflict do nothing`,
    [ids, status],
  )
  await tellMembers(tx, ids, status)
}

type Told = {
  id: string
  memberId: string
  amount: bigint
  to: string
  lane: WithdrawalLane
  heldUntil: Date | null
  automatic: boolean
  txHash: string | null
}

async function tellMembers(tx: Tx, ids: string[], status: WithdrawalStatus): Promise<void> {
  // Withdrawals of one batch have one transaction: it is looked for once.
  const { rows } = await tx.query<Told>(
    `with own as (select * from withdrawals where id = any($1::uuid[])),
       hashes as materialized (
         select w.epoch, w.batch, w.tx_hash, ${TX_HASH} as hash
         from (select distinct epoch, batch, tx_hash from own) w
       )
     select w.id, w.member_id as "memberId", w.amount, w."to", w.lane, w.held_until as "heldUntil", w.automatic,
            h.hash as "txHash"
     from own w join hashes h on (h.epoch, h.batch, h.tx_hash) is not distinct from (w.epoch, w.batch, w.tx_hash)
     order by w.id`,
    [ids],
  )
  await notifyMembers(
    tx,
    rows.map((w) => ({ memberId: w.memberId, kind: 'withdrawal', refId: w.id, body: noticeOf(w, status) })),
  )
}

function noticeOf(w: Told, status: WithdrawalStatus): object {
  return {
    ...{ status, amount: formatAmount(w.amount), to: w.to, lane: w.lane },
    ...(w.txHash === null ? {} : { txHash: w.txHash }),
    ...(status === 'held' ? { heldUntil: w.heldUntil?.toISOString() } : {}),
    ...(w.automatic ? { automatic: true } : {}),
  }
}
