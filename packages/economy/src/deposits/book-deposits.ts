import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import { memberAccount, RESERVE, STREAMS } from '../chart.ts'
import { ensureMember } from '../members/ensure-member.ts'
import type { Rules } from '../rules.ts'

/** A `Deposited` log of a final block. `account` is EIP-55, `amount` in token units. */
export type Deposit = ChainPlace & { account: string; amount: bigint }

/**
 * Credits deposits to `available`, each once, however often it is shown. A deposit for an address that nobody has
 * used yet makes its member.
 * @returns how many were booked now
 */
export async function bookDeposits(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  deposits: readonly Deposit[],
): Promise<{ booked: number }> {
  if (deposits.length === 0) return { booked: 0 }
  const nano = (units: bigint) => amountOf(units * rules.unit)
  const ids = await noteChainEvents(
    tx,
    deposits.map((d) => ({ ...d, kind: 'deposit', amount: nano(d.amount) })),
  )
  const fresh = deposits.flatMap((deposit, i) => (ids[i] ? [{ ...deposit, id: ids[i] }] : []))
  if (fresh.length === 0) return { booked: 0 }

  const members = await ensureMember(tx, [...new Set(fresh.map((d) => d.account))])
  await postFacts(
    tx,
    fresh.map(({ id, account, amount }) => ({
      id,
      leg: 0,
      debit: RESERVE,
      credit: memberAccount(members.get(account)!, 'available'),
      amount: nano(amount),
      code: STREAMS.deposit,
    })),
  )
  await tx.query(
    `update vault_accounts v set deposited = v.deposited + d.amount
     from (select account, sum(amount)::bigint as amount from unnest($1::text[], $2::bigint[]) as d(account, amount)
           group by account) d
     where v.address = d.account`,
    [fresh.map((d) => d.account), fresh.map((d) => d.amount)],
  )
  return { booked: fresh.length }
}
