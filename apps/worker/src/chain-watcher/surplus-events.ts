import { transferOfDebit, type VaultEvent } from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import { type BookedSurplus, bookSurplusWithdrawal, type ChainPlace, type Rules } from '@rivulet/economy'
import { raiseHalt } from '../rooms/halts.ts'

type SurplusWithdrawn = Extract<VaultEvent, { name: 'SurplusWithdrawn' }>

/** Books what left as surplus. Only a take of revenue may; whatever else did halts settlement. */
export async function onSurplusWithdrawn(
  tx: Tx,
  rules: Rules,
  place: ChainPlace,
  { to, amount, debit }: SurplusWithdrawn,
): Promise<void> {
  const takeId = transferOfDebit(debit)
  const booked = await bookSurplusWithdrawal(tx, rules, { ...place, to, amount, takeId })
  if (!booked.fault) return
  await raiseHalt(tx, {
    scope: 'settlement',
    reason: 'surplus without a booking',
    detail: `${amount} units left for ${to} by log ${place.logIndex} of ${place.txHash}: debit ${debit} ${faultIn(booked, rules.unit)}`,
  })
}

function faultIn({ fault, take }: BookedSurplus, unit: bigint): string {
  if (fault === 'other_amount' && take) return `is a booking of ${take.amount / unit} units`
  if (fault === 'paid_out_before' && take) return `was paid out before, by ${take.paidOutBy}`
  return 'is no booking'
}
