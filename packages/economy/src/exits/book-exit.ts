import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { BookingFault, type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import {
  campaignAccount,
  GRANTS,
  memberAccount,
  RESERVE,
  REVENUE,
  STREAMS,
  settlingAccount,
} from '../chart.ts'
import { noteClaimed } from '../payouts/book-claim.ts'
import { allot } from '../payouts/rules.ts'
import { type Claimable, lockClaimable } from '../payouts/store.ts'
import type { Rules } from '../rules.ts'
import { advance } from '../withdrawals/store.ts'
import { lockUnpaid } from './freeze.ts'
import { isNoted } from './store.ts'

/** Where the money of somebody who leaves may come from: an account of the books, and what lies in it, in nano. */
type Source = { ref: string; left: bigint; claim?: Claimable; payout?: string }

export type BookedExit = {
  booked: 'booked' | 'exists' /** Nano that left the vault and are in none of their accounts. */
  beyond: bigint
}

/**
 * Books an `Exited` log, once: what the vault paid in exit mode leaves the account's balances, as far as they go: what
 * could be claimed, unpaid payouts, `available`, `pledge`, own campaigns, `budget`, `pending`; the treasury's also revenue
 * and grants. The vault pays by the last proven leaf, and the books may have moved since. `amount` in token units.
 */
export async function bookExit(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  exit: ChainPlace & { account: string; amount: bigint },
): Promise<BookedExit> {
  if (await isNoted(tx, exit)) return { booked: 'exists', beyond: 0n }
  const id = newId()
  const amount = exit.amount * rules.unit
  // What is spent between the look and the posting makes that fail; then the accounts are locked, and the look repeated.
  for (let look = 0; ; look++) {
    const { parts, rest } = allot(await sourcesOf(tx, exit.account, amount), amount)
    const answers = await post(tx, id, parts)
    const refused = answers.find((answer) => answer !== 'ok')
    if (refused && look < 5 && answers.every((a) => ['ok', 'insufficient', 'linked_failed'].includes(a)))
      continue
    if (refused) throw new BookingFault(`the exit of ${exit.account} was answered ${refused}`)
    await noteChainEvents(tx, [{ ...exit, id, kind: 'exit', amount: amount - rest }])
    await noteClaimed(
      tx,
      parts.flatMap(({ of, amount }) => (of.claim ? [{ of: of.claim, amount }] : [])),
      exit.txHash,
    )
    await advance(
      tx,
      parts.flatMap(({ of }) => of.payout ?? []),
      'confirmed',
      { txHash: exit.txHash },
    )
    return { booked: 'booked', beyond: rest }
  }
}

function post(tx: Tx, id: string, parts: { of: Source; amount: bigint }[]) {
  const transfers = parts.map(
    ({ of, amount }, leg): Transfer => ({
      ...{ id, leg, debit: of.ref, credit: RESERVE, amount: amountOf(amount), code: STREAMS.withdrawal },
    }),
  )
  return ledgerOf(tx).post(transfers)
}

async function sourcesOf(tx: Tx, address: string, amount: bigint): Promise<Source[]> {
  const claims = await lockClaimable(tx, address)
  const sources: Source[] = claims.map((claim) => ({
    ref: memberAccount(claim.memberId, 'owed'),
    left: claim.left,
    claim,
  }))
  // A payout ends whole or not at all.
  let room = amount - claims.reduce((sum, c) => sum + c.left, 0n)
  const last = await tx.query<{ epoch: number }>(
    `select max(number) as epoch from epochs where status = 'active'`,
  )
  const epoch = last.rows[0]?.epoch
  for (const w of epoch ? await lockUnpaid(tx, epoch, address) : []) {
    if (w.amount > room) continue
    room -= w.amount
    sources.push({ ref: settlingAccount(epoch!), left: w.amount, payout: w.id })
  }
  const refs = await ownRefs(tx, address)
  const balances = await ledgerOf(tx).balances(refs)
  return [...sources, ...refs.map((ref) => ({ ref, left: balances.get(ref) ?? 0n }))]
}

async function ownRefs(tx: Tx, address: string): Promise<string[]> {
  const { rows } = await tx.query<{ index: bigint; memberId: string | null; campaigns: string[] }>(
    `select v.index, v.member_id as "memberId",
            array(select c.id::text from campaigns c where c.sponsor_id = v.member_id order by c.id) as campaigns
     from vault_accounts v where v.address = $1`,
    [address],
  )
  const own = rows[0]
  if (!own) return []
  const member = own.memberId
  return [
    ...(member ? (['available', 'pledge'] as const).map((name) => memberAccount(member, name)) : []),
    ...own.campaigns.map(campaignAccount),
    ...(member ? (['budget', 'pending'] as const).map((name) => memberAccount(member, name)) : []),
    ...(own.index === 0n ? [REVENUE, GRANTS] : []),
  ]
}
