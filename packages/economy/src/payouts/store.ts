import type { Tx } from '@rivulet/db'

/** A withdrawal on its way: `amount` in nano. */
export type PayoutWithdrawal = { id: string; memberId: string; to: string; amount: bigint }

const COLUMNS = 'id, member_id as "memberId", "to", amount'

/** The push-lane withdrawals that wait for an epoch, oldest first, locked. */
export async function lockRequested(tx: Tx, limit: number): Promise<PayoutWithdrawal[]> {
  const { rows } = await tx.query<PayoutWithdrawal>(
    `select ${COLUMNS} from withdrawals where status = 'requested' and lane = 'push' order by id limit $1 for no key update`,
    [limit],
  )
  return rows
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
    `select ${COLUMNS} from withdrawals where status = 'owed' and "to" = $1 order by id for no key update`,
    [address],
  )
  return rows
}
