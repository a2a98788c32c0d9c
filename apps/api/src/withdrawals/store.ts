import type { Pool, Tx } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { Address, AmountOut, Id } from '../http/schemas.ts'

export const WithdrawalAnswer = z
  .object({
    id: Id,
    status: z.enum([
      'requested',
      'held',
      'settling',
      'submitted',
      'confirmed',
      'cancelled',
      'owed',
      'refunded',
    ]),
    amount: AmountOut,
    to: Address,
    lane: z.enum(['push', 'pull']),
    txHash: z
      .string()
      .nullable()
      .meta({ description: 'Of the transaction that pays it, once it is signed.' }),
    epoch: z.int().nullable(),
  })
  .meta({ id: 'Withdrawal' })

type Row = {
  id: string
  status: z.infer<typeof WithdrawalAnswer>['status']
  amount: bigint
  to: string
  lane: 'push' | 'pull'
  txHash: string | null
  epoch: number | null
}

/** A member's withdrawals, newest first. With `id`, that one; with `before`, those older. */
export async function withdrawalsOf(
  db: Pool | Tx,
  memberId: string,
  { id, before, take }: { id?: string | undefined; before?: string | undefined; take: number },
): Promise<z.infer<typeof WithdrawalAnswer>[]> {
  const { rows } = await db.query<Row>(
    `select w.id, w.status, w.amount, w."to", w.lane, w.epoch, coalesce(b.tx_hash, t.hash) as "txHash"
     from withdrawals w
     left join epoch_batches b on b.epoch = w.epoch and b.index = w.batch
     -- the second build of epoch 7 is 7/2
     left join lateral (
       select case when attempt = 1 then number::text else number || '/' || attempt end as build
       from epochs where number = w.epoch
     ) e on true
     -- a batch that could not be executed the first time has a second transaction, purpose#2
     left join lateral (
       select coalesce(t.hash, (select hash from chain_attempts where transaction_id = t.id order by id desc limit 1)) as hash
       from chain_transactions t
       where t.purpose = format('epoch:%s:batch:%s', e.build, w.batch)
          or t.purpose like format('epoch:%s:batch:%s#%%', e.build, w.batch)
       order by t.nonce desc limit 1
     ) t on true
     where w.member_id = $1 and ($2::uuid is null or w.id = $2) and ($3::uuid is null or w.id < $3)
     order by w.id desc limit $4`,
    [memberId, id ?? null, before ?? null, take],
  )
  return rows.map((row) => ({ ...row, amount: formatAmount(row.amount) }))
}
