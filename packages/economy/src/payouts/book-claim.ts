import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { BookingFault, type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import { memberAccount, RESERVE, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { advance } from '../withdrawals/store.ts'
import { allot } from './rules.ts'
import { type Claimable, lockClaimable } from './store.ts'

/**
 * Books a `Claimed` log, once: what was claimed from the vault leaves the oldest pull withdrawals of the account first,
 * and those that are claimed in full are `confirmed`. `amount` in token units.
 * @throws BookingFault when more was claimed than the books say can be
 */
export async function bookClaim(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  claim: ChainPlace & { account: string; amount: bigint },
): Promise<'booked' | 'exists'> {
  const amount = claim.amount * rules.unit
  const [id] = await noteChainEvents(tx, [{ ...claim, kind: 'claim', amount }])
  if (!id) return 'exists'
  const { parts, rest } = allot(await lockClaimable(tx, claim.account), amount)
  if (rest > 0n)
    throw new BookingFault(`${claim.account} claimed ${amount} nano where the books have ${amount - rest}`)
  await postFacts(
    tx,
    parts.map(({ of, amount }, leg) => ({
      ...{ id, leg, debit: memberAccount(of.memberId, 'owed'), credit: RESERVE },
      ...{ amount: amountOf(amount), code: STREAMS.withdrawal },
    })),
  )
  await noteClaimed(tx, parts, claim.txHash)
  await tx.query('update vault_accounts set claimed = claimed + $2 where address = $1', [
    claim.account,
    claim.amount,
  ])
  return 'booked'
}

/** Notes what was claimed of pull withdrawals; those of which nothing is left are `confirmed`, by this transaction. */
export async function noteClaimed(
  tx: Tx,
  parts: readonly { of: Claimable; amount: bigint }[],
  txHash: string,
): Promise<void> {
  await tx.query(
    `update withdrawals w set claimed = w.claimed + p.amount
     from unnest($1::uuid[], $2::bigint[]) as p(id, amount) where w.id = p.id`,
    [parts.map((p) => p.of.id), parts.map((p) => p.amount)],
  )
  const whole = parts.filter((p) => p.amount === p.of.left).map((p) => p.of.id)
  const ended = await advance(tx, whole, 'confirmed', { txHash })
  if (ended.length !== whole.length) throw new BookingFault('a claim pays withdrawals that had ended before')
}
