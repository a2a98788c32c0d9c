import { newId, type Tx } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import { advance, insertWithdrawal, type NewWithdrawal } from '../withdrawals/store.ts'
import type { PayoutWithdrawal } from './store.ts'

/**
 * Authorises the pull withdrawals that an epoch takes: what their places may claim in all grows by them. They are
 * `settling` from here on. Their money is moved by `startPayouts`.
 * @throws Error when an address has no place in the tree
 */
export async function authorisePulls(
  tx: Tx,
  { unit }: Pick<Rules, 'unit'>,
  epoch: number,
  withdrawals: readonly PayoutWithdrawal[],
): Promise<void> {
  if (withdrawals.length === 0) return
  const grown = await tx.query(
    `update vault_accounts v set authorised = v.authorised + p.amount
     from (select "to", sum(amount)::bigint as amount from unnest($1::text[], $2::bigint[]) as p("to", amount)
           group by "to") p
     where v.address = p."to" returning v.index`,
    [withdrawals.map((w) => w.to), withdrawals.map((w) => w.amount / unit)],
  )
  if (grown.rows.length !== new Set(withdrawals.map((w) => w.to)).size)
    throw new Error('a pull withdrawal goes to an address without a place in the tree')
  const ids = withdrawals.map((w) => w.id)
  const moved = await advance(tx, ids, 'settling', { epoch, batch: null })
  if (moved.length !== ids.length)
    throw new Error(`${ids.length - moved.length} withdrawals were no longer requested`)
}

/**
 * Divides a withdrawal that is too large for an epoch: `part` of it stays in its row, the rest waits as another one.
 * Its money is in `withdrawing` with all of it.
 */
export async function divideWithdrawal(
  tx: Tx,
  withdrawal: PayoutWithdrawal,
  part: bigint,
): Promise<PayoutWithdrawal> {
  const id = newId()
  const { rows } = await tx.query<Pick<NewWithdrawal, 'memberId' | 'to' | 'lane' | 'automatic' | 'forced'>>(
    `update withdrawals set amount = $2 where id = $1
     returning member_id as "memberId", "to", lane, automatic, forced`,
    [withdrawal.id, part],
  )
  await insertWithdrawal(tx, { ...rows[0]!, id, amount: withdrawal.amount - part, holdSeconds: null })
  return { ...withdrawal, amount: part }
}
