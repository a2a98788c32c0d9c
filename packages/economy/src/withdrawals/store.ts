import type { Tx } from '@rivulet/db'
import { statesBefore, type WithdrawalStatus } from './withdrawal.ts'

/**
 * Moves withdrawals to a state, those that may go there, and notes when.
 * @returns the ids of those that went
 */
export async function advance(
  tx: Tx,
  ids: string[],
  to: WithdrawalStatus,
  place: { epoch: number; batch: number | null } | undefined = undefined,
): Promise<string[]> {
  const moved = await tx.query<{ id: string }>(
    `update withdrawals set status = $2::withdrawal_status, epoch = coalesce($4, epoch), batch = coalesce($5, batch)
     where id = any($1::uuid[]) and status = any($3::withdrawal_status[])
     returning id`,
    [ids, to, statesBefore(to), place?.epoch ?? null, place?.batch ?? null],
  )
  const movedIds = moved.rows.map((row) => row.id)
  await noteTransition(tx, movedIds, to)
  return movedIds
}

/** Notes since when withdrawals are in a state; a time that is noted stays. */
export async function noteTransition(tx: Tx, ids: string[], status: WithdrawalStatus): Promise<void> {
  await tx.query(
    `insert into withdrawal_transitions (withdrawal_id, status) select id, $2::withdrawal_status
     from unnest($1::uuid[]) as id on conflict do nothing`,
    [ids, status],
  )
}
