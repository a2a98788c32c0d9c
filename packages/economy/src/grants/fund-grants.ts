import { ledgerOf, type Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { GRANTS, REVENUE, STREAMS } from '../chart.ts'

export type FundGrantsResult =
  | { ok: true; repeated: boolean }
  | { ok: false; code: 'insufficient_funds' | 'id_used_otherwise' }

/**
 * The operator puts nano of `platform:revenue` into `pool:grants`.
 *
 * @param id of the move: with the same amount a second time it changes nothing, with another it is refused
 */
export async function fundGrants(
  tx: Tx,
  { id, amount }: { id: string; amount: Amount },
): Promise<FundGrantsResult> {
  const ledger = ledgerOf(tx)
  await ledger.open([REVENUE, GRANTS])
  const [answer] = await ledger.post([
    { id, leg: 0, debit: REVENUE, credit: GRANTS, amount, code: STREAMS.grant },
  ])
  if (answer === 'ok' || answer === 'exists') return { ok: true, repeated: answer === 'exists' }
  if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
  if (answer === 'conflict') return { ok: false, code: 'id_used_otherwise' }
  throw new Error(`funding the grants was answered ${answer}`)
}
