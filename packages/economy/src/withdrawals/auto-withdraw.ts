import { ledgerOf, newId, notify, RunAgain, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { isFrozen } from '../exits/store.ts'
import type { Rules } from '../rules.ts'
import { isUnderWay, lockOrder, upsertOrder } from './auto-store.ts'
import { type AutoWithdrawal, automaticAmount } from './rules.ts'
import { insertWithdrawal } from './store.ts'
import { WITHDRAWAL_LEG } from './withdrawal.ts'

/** Rung when an order for automatic withdrawals is given. */
export const AUTO_WITHDRAWALS_BELL = 'auto-withdrawals'

export type OrderResult = { ok: true } | { ok: false; code: 'below_minimum' }

/** Gives a member's standing order, instead of one given before. What it would withdraw at its threshold must be enough to be withdrawn. */
export async function orderAutoWithdrawal(
  tx: Tx,
  rules: Rules,
  { memberId, ...order }: AutoWithdrawal & { memberId: string },
): Promise<OrderResult> {
  if (order.threshold <= order.rest || automaticAmount(order.threshold, order, rules) === 0n)
    return { ok: false, code: 'below_minimum' }
  await upsertOrder(tx, memberId, order)
  await notify(tx, AUTO_WITHDRAWALS_BELL)
  return { ok: true }
}

/**
 * Carries out a member's standing order, if it is due: a withdrawal of what is available above the rest to their own
 * address, unless one is under way. Two workers at once make one: the order is locked, and the other passes by; killed
 * before its commit, nothing has happened.
 *
 * @returns whether a withdrawal was made
 * @throws RunAgain when the member spent at the same moment
 */
export async function withdrawAutomatically(
  tx: Tx,
  rules: Rules,
  { memberId }: { memberId: string },
): Promise<boolean> {
  const order = await lockOrder(tx, memberId, 'alone')
  // In statements of their own: what was committed before the lock was had is seen.
  if (!order || (await isUnderWay(tx, memberId)) || (await isFrozen(tx))) return false
  const account = memberAccount(memberId, 'available')
  const ledger = ledgerOf(tx)
  const available = async () => (await ledger.balances([account])).get(account) ?? 0n
  const amount = automaticAmount(await available(), order, rules)
  if (amount === 0n) return false

  const id = newId()
  const [answer] = await ledger.post([
    {
      id,
      leg: WITHDRAWAL_LEG.request,
      debit: account,
      credit: memberAccount(memberId, 'withdrawing'),
      amount: amountOf(amount),
      code: STREAMS.withdrawal,
    },
  ])
  // Posting has locked the account: what was spent since it was read shows now.
  if (answer === 'insufficient' || (await available()) < order.rest)
    throw new RunAgain('spent at the same moment')
  if (answer !== 'ok') throw new Error(`an automatic withdrawal was answered ${answer}`)
  await insertWithdrawal(tx, {
    ...{ id, memberId, amount, to: order.own, lane: order.lane },
    ...{ holdSeconds: null, automatic: true },
  })
  await notify(tx, 'settlement')
  return true
}
