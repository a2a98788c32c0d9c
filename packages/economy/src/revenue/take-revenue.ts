import { ledgerOf, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { REVENUE, STREAMS, SURPLUS } from '../chart.ts'
import type { Rules } from '../rules.ts'

export type TakeRevenueResult =
  | { ok: true; repeated: boolean }
  | { ok: false; code: 'insufficient_funds' | 'id_used_otherwise' | 'no_whole_units' }

/**
 * The operator takes nano of `platform:revenue` out of the books: they are surplus from the next epoch on, and the
 * treasurer may withdraw as much from the vault against this booking.
 *
 * @param id of the move, which `withdrawSurplus` names (`surplusDebit` of the contracts): with the same amount a second
 * time it changes nothing, with another it is refused
 * @param amount in nano, whole token units
 */
export async function takeRevenue(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  { id, amount }: { id: string; amount: Amount },
): Promise<TakeRevenueResult> {
  if (amount % rules.unit !== 0n) return { ok: false, code: 'no_whole_units' }
  const ledger = ledgerOf(tx)
  await ledger.open([REVENUE, SURPLUS])
  const [answer] = await ledger.post([
    { id, leg: 0, debit: REVENUE, credit: SURPLUS, amount, code: STREAMS.surplus },
  ])
  if (answer === 'ok' || answer === 'exists') return { ok: true, repeated: answer === 'exists' }
  if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
  if (answer === 'conflict') return { ok: false, code: 'id_used_otherwise' }
  throw new Error(`taking revenue was answered ${answer}`)
}
