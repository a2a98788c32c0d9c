import type { Pool, Tx } from '@rivulet/db'
import { TX_HASH, type WithdrawalLane, type WithdrawalStatus } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import type { WithdrawalAnswer } from './schemas.ts'

type Row = {
  id: string
  status: WithdrawalStatus
  amount: bigint
  to: string
  lane: WithdrawalLane
  txHash: string | null
  epoch: number | null
  heldUntil: Date | null
  automatic: boolean
}

/** A member's withdrawals, newest first. With `id`, that one; with `before`, those older. */
export async function withdrawalsOf(
  db: Pool | Tx,
  memberId: string,
  { id, before, take }: { id?: string | undefined; before?: string | undefined; take: number },
): Promise<z.infer<typeof WithdrawalAnswer>[]> {
  const { rows } = await db.query<Row>(
    `select w.id, w.status, w.amount, w."to", w.lane, w.epoch, w.held_until as "heldUntil", w.automatic,
            ${TX_HASH} as "txHash"
     from withdrawals w
     where w.member_id = $1 and ($2::uuid is null or w.id = $2) and ($3::uuid is null or w.id < $3)
     order by w.id desc limit $4`,
    [memberId, id ?? null, before ?? null, take],
  )
  return rows.map(({ heldUntil, automatic, ...row }) => ({
    ...row,
    amount: formatAmount(row.amount),
    ...(row.status === 'held' && heldUntil ? { heldUntil: heldUntil.toISOString() } : {}),
    ...(automatic ? { automatic } : {}),
  }))
}
