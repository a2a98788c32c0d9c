import { ledgerOf, newId, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { REVENUE, STREAMS, SURPLUS } from '../chart.ts'
import { isFrozen } from '../exits/store.ts'
import type { Rules } from '../rules.ts'
import { faultOfTake, type TakeFault } from './rules.ts'
import { insertTake, lockTakes, type Take, takeOfKey } from './store.ts'

export type TakeResult =
  | { ok: true; repeated: boolean; take: Take }
  | { ok: false; code: TakeFault | 'insufficient_funds' | 'key_used_otherwise' | 'frozen' }

/**
 * Books nano of `platform:revenue` to `chain:surplus`, so that the treasurer may take as much out of the vault, once:
 * `withdrawSurplus` names the take's id as its debit. The vault lets it go when an epoch without it is active.
 *
 * @param amount a whole number of the token's units
 * @param key the operator's word for it: with the same amount a second time nothing moves and the first take is the
 *   answer; with another amount it is refused
 */
export async function takeRevenue(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  { key, amount }: { key: string; amount: Amount },
): Promise<TakeResult> {
  const fault = faultOfTake(key, amount, rules.unit)
  if (fault) return { ok: false, code: fault }
  await lockTakes(tx)
  const known = await takeOfKey(tx, key)
  if (known && known.amount !== amount) return { ok: false, code: 'key_used_otherwise' }
  if (known) return { ok: true, repeated: true, take: known }
  // A frozen vault lets no surplus go, and pays the treasury by its last leaf.
  if (await isFrozen(tx)) return { ok: false, code: 'frozen' }

  const ledger = ledgerOf(tx)
  const id = newId()
  await ledger.open([REVENUE, SURPLUS])
  const [answer] = await ledger.post([
    { id, leg: 0, debit: REVENUE, credit: SURPLUS, amount, code: STREAMS.surplus },
  ])
  if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
  if (answer !== 'ok') throw new Error(`taking out revenue was answered ${answer}`)
  await insertTake(tx, id, key, amount)
  return { ok: true, repeated: false, take: { id, amount, paidOutBy: null } }
}
