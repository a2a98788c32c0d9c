import { type Amount, amountOf, feeUp, splitByWeight } from '@rivulet/ledger'
import { type Receivers, sumOf } from '../shares/rules.ts'

/** Why somebody may not be paid by this payer. */
export type Bar = 'blocked' | 'suspended' | 'member_not_found'

/** What a receiver has of a payment, in nano. */
export type PaymentPart = { memberId: string; amount: Amount }

/** What a payment takes and where it goes: amount = fee + all parts. */
export type PaymentSplit = { ok: true; amount: Amount; fee: Amount; parts: PaymentPart[] }

export type PaymentFault = { ok: false; code: Bar | 'self' | 'below_minimum' }

/**
 * Splits a payment: each author has their basis points of the whole. Parts of those who may not be paid by this payer
 * stay with the payer, and the payment is that much smaller. The fee is taken on what is charged, rounded up; the rest is
 * split among those who are paid by their basis points, to the last nano.
 *
 * @param bars why members may not be paid by this payer; a payer is never paid by themselves
 * @returns `self` when all of it would go back to the payer; a bar when nobody is left for it; `below_minimum` when the
 * fee would be all of it
 */
export function splitPayment(
  whole: Amount,
  { authorId, splits }: Omit<Receivers, 'sharerId'>,
  { payerId, bars, feeBps }: { payerId: string; bars: ReadonlyMap<string, Bar>; feeBps: number },
): PaymentSplit | PaymentFault {
  const authors = splits.length > 0 ? splits : [{ memberId: authorId, bps: 10_000 }]
  const grossOf = splitByWeight(
    whole,
    authors.map((author) => BigInt(author.bps)),
  )
  const paid = authors.flatMap(({ memberId, bps }, i) =>
    memberId === payerId || bars.has(memberId)
      ? []
      : [{ memberId, bps: BigInt(bps), amount: grossOf[i] as Amount }],
  )
  if (paid.length === 0) return { ok: false, code: whyNobody(authors, payerId, bars) }
  const amount = sumOf(paid)
  const fee = feeUp(amount, feeBps)
  const net = amountOf(amount - fee)
  if (net === 0n) return { ok: false, code: 'below_minimum' }
  const nets = splitByWeight(
    net,
    paid.map((part) => part.bps),
  )
  const parts = paid.map(({ memberId }, i) => ({ memberId, amount: nets[i] as Amount }))
  return { ok: true, amount, fee, parts: parts.filter((part) => part.amount > 0n) }
}

function whyNobody(
  authors: readonly { memberId: string }[],
  payerId: string,
  bars: ReadonlyMap<string, Bar>,
): Bar | 'self' {
  const others = authors.filter(({ memberId }) => memberId !== payerId)
  return others.map(({ memberId }) => bars.get(memberId)).find((bar) => bar !== undefined) ?? 'self'
}
