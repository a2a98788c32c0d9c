import { ledgerOf, newId, notify, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { isFrozen } from '../exits/store.ts'
import type { Rules } from '../rules.ts'
import { lockOrder } from './auto-store.ts'
import { isKnownDestination, lockQuote, type QuoteFault, useQuote } from './quotes.ts'
import { type Destinations, faultOf, type WithdrawalFault } from './rules.ts'
import { insertWithdrawal } from './store.ts'
import { WITHDRAWAL_LEG, type WithdrawalLane } from './withdrawal.ts'

export type RequestInput = {
  memberId: string
  amount: Amount
  /** EIP-55. */
  to: string
  /** `push` unless said. */
  lane?: WithdrawalLane
  destinations: Destinations
  /**
   * To another address only: the nonce of the quote that its member has signed, as whoever can read signatures found;
   * null when the signature is that of no quote.
   */
  quote?: Uint8Array | null
}

export type RequestResult =
  | { ok: true; id: string }
  | { ok: false; code: WithdrawalFault | QuoteFault | 'insufficient_funds' | 'frozen' }

/**
 * Takes a withdrawal on: its money moves to `withdrawing` and is spendable no more. The worker does the rest. The first
 * one to another address is held: it can be cancelled for `withdrawalHoldSeconds`, and then goes on by itself.
 *
 * Repeating it requests another one; to another address the quote is used up by the first, and by nothing that is refused.
 */
export async function requestWithdrawal(tx: Tx, rules: Rules, input: RequestInput): Promise<RequestResult> {
  const { memberId, amount, to, lane = 'push', destinations, quote } = input
  if (await isFrozen(tx)) return { ok: false, code: 'frozen' }
  const fault = faultOf({ amount, to, lane, signed: quote !== undefined }, destinations, rules)
  if (fault) return { ok: false, code: fault }
  const toOther = to !== destinations.own
  if (toOther) {
    const refused = await lockQuote(tx, { nonce: quote ?? null, memberId, to, amount })
    if (refused) return { ok: false, code: refused }
  }
  // An automatic withdrawal is made while none is under way: so it is looked for before or after this one, not during.
  await lockOrder(tx, memberId, 'share')

  const id = newId()
  const [answer] = await ledgerOf(tx).post([
    {
      id,
      leg: WITHDRAWAL_LEG.request,
      debit: memberAccount(memberId, 'available'),
      credit: memberAccount(memberId, 'withdrawing'),
      amount,
      code: STREAMS.withdrawal,
    },
  ])
  if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
  if (answer !== 'ok') throw new Error(`a withdrawal was answered ${answer}`)
  if (toOther) await useQuote(tx, quote as Uint8Array)
  const held = toOther && !(await isKnownDestination(tx, memberId, to))
  const holdSeconds = held ? rules.withdrawalHoldSeconds : null
  await insertWithdrawal(tx, { id, memberId, amount, to, lane, holdSeconds, automatic: false })
  if (!held) await notify(tx, 'settlement')
  return { ok: true, id }
}
