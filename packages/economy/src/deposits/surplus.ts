import { ledgerOf, type Tx } from '@rivulet/db'
import { type Amount, amountOf } from '@rivulet/ledger'
import { postFacts } from '../chain-events/post.ts'
import { BookingFault, type ChainPlace, noteChainEvents } from '../chain-events/store.ts'
import { RESERVE, STREAMS, SURPLUS } from '../chart.ts'
import { faultOfPayout, type SurplusFault } from '../revenue/rules.ts'
import { lockTake, markPaidOut, type Take } from '../revenue/store.ts'
import type { Rules } from '../rules.ts'

/**
 * What the vault's token balance at the last booked block exceeds the books by, in token units: above zero somebody
 * sent tokens without depositing them, below zero money is missing.
 */
export async function reserveGap(tx: Tx, rules: Pick<Rules, 'unit'>, balance: bigint): Promise<bigint> {
  const booked = (await ledgerOf(tx).balances([RESERVE])).get(RESERVE) ?? 0n
  // Only whole units ever come from the chain; the nano are compared so that a fraction could not hide.
  const gap = balance * rules.unit + booked
  if (gap % rules.unit !== 0n) throw new Error(`${RESERVE} of ${booked} nano is no whole number of units`)
  return gap / rules.unit
}

/** Books tokens found in the vault at a final block that nobody is owed for: `amount` in token units. Once a block. */
export async function bookSurplus(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  found: { chainId: bigint; blockHash: string; blockNumber: bigint; amount: bigint },
): Promise<'booked' | 'exists'> {
  const { chainId, blockHash, blockNumber } = found
  const amount = amountOf(found.amount * rules.unit)
  const place: ChainPlace = { chainId, txHash: blockHash, logIndex: -1, blockNumber }
  const [id] = await noteChainEvents(tx, [{ ...place, kind: 'surplus', account: null, amount }])
  if (!id) return 'exists'
  await postFacts(tx, [{ id, leg: 0, debit: RESERVE, credit: SURPLUS, amount, code: STREAMS.surplus }])
  return 'booked'
}

/** `fault`: it has left, and was no payment of a take; whoever books it must stop paying until a person has looked. */
export type BookedSurplus = { booked: boolean; fault?: SurplusFault; take?: Take }

/**
 * Books a `SurplusWithdrawn` log: `amount` in token units left the vault for `to`. It pays out the take that its debit
 * names, once and to the unit; what is anything else is booked all the same, for it has happened, and told as a fault.
 *
 * The vault lets out nothing that it owes. So what leaves beyond the surplus that is booked has come in unseen, in the
 * same blocks perhaps, and is booked as found first. Were it not so, the vault's balance at the end of the blocks would
 * lie below the books: see `reserveGap`.
 *
 * @param takeId what the debit says; undefined when it can be no id
 */
export async function bookSurplusWithdrawal(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  withdrawn: ChainPlace & { to: string; amount: bigint; takeId: string | undefined },
): Promise<BookedSurplus> {
  const amount = amountOf(withdrawn.amount * rules.unit)
  const place = { ...withdrawn, kind: 'surplus_withdrawal' as const, account: withdrawn.to, amount }
  const [id] = await noteChainEvents(tx, [place])
  if (!id) return { booked: false }
  const take = withdrawn.takeId ? await lockTake(tx, withdrawn.takeId) : undefined
  const known = (await ledgerOf(tx).balances([SURPLUS])).get(SURPLUS) ?? 0n
  if (amount > known) await findUnseen(tx, withdrawn, amountOf(amount - known))
  // A withdrawal of nothing spends a debit too.
  if (amount > 0n)
    await postFacts(tx, [{ id, leg: 0, debit: SURPLUS, credit: RESERVE, amount, code: STREAMS.surplus }])
  // The vault has spent the debit, whatever the amount was.
  if (take) await markPaidOut(tx, take.id, id)
  const fault = faultOfPayout(take, amount)
  return { booked: true, ...(fault && { fault }), ...(take && { take }) }
}

/** An event of its own, so that the events still add up to the reserve: its index mirrors that of the log which tells it. */
async function findUnseen(tx: Tx, told: ChainPlace, amount: Amount): Promise<void> {
  const place = { ...told, logIndex: -1 - told.logIndex }
  const [id] = await noteChainEvents(tx, [{ ...place, kind: 'surplus', account: null, amount }])
  if (!id)
    throw new BookingFault(`the surplus before log ${told.logIndex} of ${told.txHash} is booked already`)
  await postFacts(tx, [{ id, leg: 0, debit: RESERVE, credit: SURPLUS, amount, code: STREAMS.surplus }])
}
