import { type Amount, amountOf, feeUp } from '@rivulet/ledger'

/** The fee is taken from the whole amount, rounded up; the rest is what arrives. */
export function splitTip(amount: Amount, tipBps: number): { fee: Amount; net: Amount } {
  const fee = feeUp(amount, tipBps)
  return { fee, net: amountOf(amount - fee) }
}
