import type { Tx } from '@rivulet/db'
import { markCancelled } from './store.ts'

/**
 * Ends a subscription: nothing more is taken. Ending it again changes nothing. A charge that is being taken in this moment
 * is waited for, and stays.
 */
export async function cancelSubscription(
  tx: Tx,
  subscription: { id: string; payerId: string },
): Promise<{ ok: true } | { ok: false; code: 'subscription_not_found' }> {
  return (await markCancelled(tx, subscription))
    ? { ok: true }
    : { ok: false, code: 'subscription_not_found' }
}
