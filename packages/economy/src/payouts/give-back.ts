import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { memberAccount, STREAMS, settlingAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { advance } from '../withdrawals/store.ts'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'
import { lockTaken, type PayoutWithdrawal, timesGivenBack } from './store.ts'

/**
 * Gives back what an epoch took that came to nothing: the money goes from its clearing account to its members'
 * `withdrawing`, what was authorised for claiming is not, and the withdrawals wait for an epoch again.
 *
 * The caller knows that nothing of the epoch can reach the chain any more.
 * @returns how many withdrawals wait again
 * @throws Error when one of them is further than `settling`: then the epoch did come to something
 */
export async function giveBackPayouts(tx: Tx, rules: Pick<Rules, 'unit'>, epoch: number): Promise<number> {
  const taken = await lockTaken(tx, epoch)
  const further = taken.find((w) => w.status !== 'settling')
  if (further) throw new Error(`withdrawal ${further.id} of epoch ${epoch} is ${further.status}`)
  if (taken.length === 0) return 0
  const ids = taken.map((w) => w.id)
  const times = await timesGivenBack(tx, ids)
  await postFacts(
    tx,
    taken.map((w) => ({
      id: w.id,
      // The leg that would make it claimable: it is given back or claimable, never both.
      leg: WITHDRAWAL_LEG.settle + 2 * (times.get(w.id) ?? 0) + 1,
      debit: settlingAccount(epoch),
      credit: memberAccount(w.memberId, 'withdrawing'),
      amount: amountOf(w.amount),
      code: STREAMS.withdrawal,
    })),
  )
  await takeAuthorityBack(
    tx,
    rules,
    taken.filter((w) => w.lane === 'pull'),
  )
  await advance(tx, ids, 'requested')
  await tx.query('update withdrawals set epoch = null, batch = null where id = any($1::uuid[])', [ids])
  return taken.length
}

async function takeAuthorityBack(
  tx: Tx,
  { unit }: Pick<Rules, 'unit'>,
  pulls: readonly PayoutWithdrawal[],
): Promise<void> {
  if (pulls.length === 0) return
  await tx.query(
    `update vault_accounts v set authorised = v.authorised - p.amount
     from (select "to", sum(amount)::bigint as amount from unnest($1::text[], $2::bigint[]) as p("to", amount)
           group by "to") p
     where v.address = p."to"`,
    [pulls.map((w) => w.to), pulls.map((w) => w.amount / unit)],
  )
}
