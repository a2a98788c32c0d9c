import { type Amount, amountOf, feeUp } from '@rivulet/ledger'

/**
 * The clearing fee of a member's period is taken once, on the total, rounded up.
 *
 * Credits that were committed after the period had been cleared come in a later clearing of the same period; it takes
 * what the fee on the new total exceeds the fee already taken by.
 *
 * @param gross what clears now
 * @param before what earlier clearings of the same member, period and hold took on
 */
export function clearingFee(
  gross: Amount,
  before: { gross: bigint; fee: bigint },
  clearingBps: number,
): Amount {
  const due = feeUp(amountOf(before.gross + gross), clearingBps) - before.fee
  // Fees that were lowered since are not paid back here.
  return amountOf(due < 0n ? 0n : due > gross ? gross : due)
}
