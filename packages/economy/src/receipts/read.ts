import type { Pool } from '@rivulet/db'
import { clearingOf, movedOf, type ViewShares, viewOf } from './moved.ts'
import { type PartsOf, partsOf } from './parts-of.ts'
import { type Payment, paymentOf } from './payment.ts'

/** What is known of an event, to a member it is of. */
export type Receipt =
  | ({ of: 'credit' | 'reversal' } & Omit<PartsOf, 'by'>)
  | ({ of: 'clearing'; gross: bigint; fee: bigint; period: bigint; at: Date } & Omit<PartsOf, 'by'>)
  | ({ of: 'view'; view: ViewShares } & Omit<PartsOf, 'by'>)
  | { of: 'payment'; payment: Payment }
  | { of: 'movement'; code: number; amount: bigint; at: Date }

/**
 * Reads what is known of an event by the id that entries name it by, as far as it is this member's to see. Undefined for
 * events of others, and for what there is not.
 */
export async function readReceipt(pool: Pool, memberId: string, id: string): Promise<Receipt | undefined> {
  const found = await partsOf(pool, memberId, id)
  const rest = { parts: found?.parts ?? [], count: found?.count ?? 0 }
  const view = await viewOf(pool, memberId, id)
  if (view) return { of: 'view', view, ...rest }
  if (found?.by === 'clearing') {
    const clearing = await clearingOf(pool, memberId, id)
    if (!clearing) throw new Error('receipts name a clearing that is not there')
    return { of: 'clearing', ...clearing, ...rest }
  }
  if (found) return { of: found.by, ...rest }
  const payment = await paymentOf(pool, memberId, id)
  if (payment) return { of: 'payment', payment }
  const moved = await movedOf(pool, memberId, id)
  return moved && { of: 'movement', ...moved }
}
