import { accountIds, ledgerOf, type Tx } from '@rivulet/db'
import { memberAccount, periodAccount } from '../chart.ts'
import { advanceDelivered, type Delivery, nextEnd, readDeliveries } from './deliver-store.ts'
import type { Move } from './plan.ts'
import { lastPostingId } from './posting-ids.ts'
import { postDeliveries } from './write.ts'

/**
 * Hands over to the next receivers what a period's close gives them, `period:<n>` → `pending`: of each receiver all of it
 * at once, in one event with a leg for each stream. With the last of them the period is closed.
 *
 * The period's row must be locked: what is taken back of undelivered credits waits, and is not handed over.
 *
 * @param most receipts of a step; of one receiver all in any case
 * @returns whether that was the last of them
 */
export async function deliver(tx: Tx, period: bigint, delivered: string, most: number): Promise<boolean> {
  const last = lastPostingId(delivered)
  const next = await nextEnd(tx, { delivered, last }, most)
  const end = next ?? last
  const deliveries = await readDeliveries(tx, period, { delivered, end })
  await advanceDelivered(tx, period, { end, isLast: next === undefined })
  if (deliveries.length > 0) await postDeliveries(tx, await movesOf(tx, period, deliveries), deliveries)
  return next === undefined
}

async function movesOf(tx: Tx, period: bigint, deliveries: Delivery[]): Promise<Move[]> {
  const from = periodAccount(period)
  const refs = new Set(deliveries.map(({ receiverId }) => memberAccount(receiverId, 'pending')))
  const accounts = await accountIds(tx, refs)
  const debit = (await ledgerOf(tx).open([from])).get(from)!
  const moves: Move[] = []
  for (const { postingId, receiverId, stream, amount } of deliveries) {
    const before = moves.at(-1)
    if (before?.id === postingId && before.code === stream) before.amount += amount
    else
      moves.push({
        ...{ id: postingId, leg: before?.id === postingId ? before.leg + 1 : 0, debit, amount, code: stream },
        credit: accounts.get(memberAccount(receiverId, 'pending'))!,
      })
  }
  return moves
}
