import { ledgerOf, type Tx } from '@rivulet/db'
import type { Transfer } from '@rivulet/ledger'
import { BookingFault } from './store.ts'

/**
 * Posts what a final event moved. The event is a fact, so every row must go through.
 * @throws BookingFault when the books refuse a row
 */
export async function postFacts(tx: Tx, transfers: readonly Transfer[]): Promise<void> {
  const ledger = ledgerOf(tx)
  await ledger.open([...new Set(transfers.flatMap((t) => [t.debit, t.credit]))])
  const answers = await ledger.post(transfers)
  const at = answers.findIndex((answer) => answer !== 'ok')
  const refused = transfers[at]
  if (refused)
    throw new BookingFault(
      `${refused.debit} → ${refused.credit} of ${refused.amount} was answered ${answers[at]}`,
    )
}
