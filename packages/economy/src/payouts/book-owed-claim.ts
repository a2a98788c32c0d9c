import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { BookingFault, type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import { memberAccount, RESERVE, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { advance } from '../withdrawals/store.ts'
import { lockOwed } from './store.ts'

/**
 * Books an `OwedClaimed` log, once: what the token had refused to `account` was collected, all of it at once, so its
 * withdrawals are `confirmed` after all. `amount` in token units.
 * @throws BookingFault when another amount was collected than the books owe
 */
export async function bookOwedClaim(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  claim: ChainPlace & { account: string; amount: bigint },
): Promise<'booked' | 'exists'> {
  const amount = claim.amount * rules.unit
  const [id] = await noteChainEvents(tx, [{ ...claim, kind: 'owed_claim', amount }])
  if (!id) return 'exists'

  const withdrawals = await lockOwed(tx, claim.account)
  const owed = withdrawals.reduce((sum, w) => sum + w.amount, 0n)
  if (owed !== amount)
    throw new BookingFault(`${claim.account} collected ${amount} nano where the books owe ${owed}`)
  await postFacts(
    tx,
    withdrawals.map((w, leg) => ({
      id,
      leg,
      debit: memberAccount(w.memberId, 'owed'),
      credit: RESERVE,
      amount: amountOf(w.amount),
      code: STREAMS.withdrawal,
    })),
  )
  const ids = withdrawals.map((w) => w.id)
  const ended = await advance(tx, ids, 'confirmed', { txHash: claim.txHash })
  if (ended.length !== ids.length) throw new BookingFault(`${claim.account} collected what had ended before`)
  return 'booked'
}
