import type { Tx } from '@rivulet/db'
import { type EarningsChange, sumChanges } from './rules.ts'
import { upsertEarnings } from './store.ts'

/**
 * Notes what members earned, in the transaction that moves the money: credits in the hour they are posted, before
 * clearing fees; reversals, negative, in the hour of the reversal; tips net of their fee.
 *
 * One statement whatever the number of changes, none when they sum to nothing. Call it last: its rows are those that
 * other transactions of the same receivers wait for.
 */
export async function addEarnings(tx: Tx, changes: EarningsChange[]): Promise<void> {
  await upsertEarnings(tx, sumChanges(changes))
}
