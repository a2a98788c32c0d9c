import { randomBytes } from 'node:crypto'
import type { Tx } from '@rivulet/db'
import { isFrozen } from '../exits/store.ts'
import type { Rules } from '../rules.ts'
import { insertQuote, type Quote } from './quotes.ts'
import { type Destinations, faultOf, type WithdrawalFault } from './rules.ts'
import type { WithdrawalLane } from './withdrawal.ts'

export type QuoteResult = { ok: true; quote: Quote } | { ok: false; code: WithdrawalFault | 'frozen' }

/**
 * Makes what a member signs to withdraw to another address: a nonce, good once and for ten minutes, for this amount and
 * address alone. What the withdrawal would be refused for is refused here, but for lacking money, which may come.
 */
export async function quoteWithdrawal(
  tx: Tx,
  rules: Rules,
  {
    memberId,
    amount,
    to,
    lane = 'push',
    destinations,
  }: { memberId: string; amount: bigint; to: string; lane?: WithdrawalLane; destinations: Destinations },
): Promise<QuoteResult> {
  if (await isFrozen(tx)) return { ok: false, code: 'frozen' }
  const fault = faultOf({ amount, to, lane, signed: true }, destinations, rules)
  if (fault) return { ok: false, code: fault }
  return { ok: true, quote: await insertQuote(tx, { nonce: randomBytes(32), memberId, to, amount }) }
}
