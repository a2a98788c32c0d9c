import { ledgerOf, type Tx } from '@rivulet/db'
import type { Amount, Transfer } from '@rivulet/ledger'
import { memberAccount, REVENUE, STREAMS } from '../chart.ts'
import { addEarnings } from '../earnings/add-earnings.ts'
import type { SpendingKey, SpendLimitReached } from '../keys/rules.ts'
import { spend } from '../keys/spend.ts'
import { sumOf } from '../shares/rules.ts'
import type { PaymentPart } from './rules.ts'
import { addToPosts, insertParts } from './store.ts'

/** Own money for others: amount = fee + parts, in nano. */
export type Payment = {
  /** Of its transfers. */
  id: string
  payerId: string
  key?: SpendingKey | undefined
  /** Counts for what this post has earned. */
  postId: string | null
  amount: Amount
  fee: Amount
  parts: PaymentPart[]
  stream: 'tip' | 'subscription' | 'unlock'
}

export type PayResult = { ok: true } | { ok: false; code: 'insufficient_funds' } | SpendLimitReached

/**
 * Moves payments from the payers' `available` to the receivers' `available`, the fee to the platform, each whole or not
 * at all; and notes their parts, what their posts and what the receivers earned.
 *
 * The batch answers as its payments would one after another. An id that was paid before is refused by a throw: whoever
 * must not pay twice finds out before.
 */
export async function pay(tx: Tx, payments: Payment[]): Promise<PayResult[]> {
  const results = await spend(tx, payments, (ones) => post(tx, ones))
  const paid = payments.filter((_, i) => results[i]?.ok)
  await insertParts(tx, paid)
  await addToPosts(
    tx,
    paid.flatMap(({ postId, parts }) => (postId ? [{ postId, amount: sumOf(parts) }] : [])),
  )
  await addEarnings(
    tx,
    paid.flatMap(({ parts, stream }) => parts.map((part) => ({ ...part, stream }))),
  )
  return results
}

type Posted = { ok: true } | { ok: false; code: 'insufficient_funds' }

async function post(tx: Tx, payments: Payment[]): Promise<Posted[]> {
  const transfers = payments.map(transfersOf)
  const answers = await ledgerOf(tx).post(transfers.flat())
  let next = 0
  return transfers.map((legs): Posted => {
    const own = answers.slice(next, next + legs.length)
    next += legs.length
    if (own.every((answer) => answer === 'ok')) return { ok: true }
    if (own.some((answer) => answer !== 'insufficient' && answer !== 'linked_failed'))
      throw new Error(`a payment was answered ${own.join()}`)
    return { ok: false, code: 'insufficient_funds' }
  })
}

function transfersOf({ id, payerId, fee, parts, stream }: Payment): Transfer[] {
  const debit = memberAccount(payerId, 'available')
  const legs = [
    ...parts.map(({ memberId, amount }) => ({
      credit: memberAccount(memberId, 'available'),
      amount,
      code: STREAMS[stream] as number,
    })),
    ...(fee > 0n ? [{ credit: REVENUE, amount: fee, code: STREAMS.fee as number }] : []),
  ]
  return legs.map((leg, i) => ({ id, leg: i, debit, ...leg }))
}
