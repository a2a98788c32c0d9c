import { newId, type Tx } from '@rivulet/db'
import { amountOf, type Transfer } from '@rivulet/ledger'
import { campaignAccount, openViewsAccount, STREAMS } from '../chart.ts'

/** The transfer that gives a token's price back to its campaign: to be posted in the transaction that expires the view. */
export function giveBack({ campaignId, price }: { campaignId: string; price: bigint }): Transfer {
  return {
    id: newId(),
    leg: 0,
    debit: openViewsAccount(campaignId),
    credit: campaignAccount(campaignId),
    amount: amountOf(price),
    code: STREAMS.campaign,
  }
}

/** Notes that the views, which this transaction has locked, have expired. */
export async function markExpired(tx: Tx, viewIds: readonly string[]): Promise<void> {
  await tx.query(`update views set status = 'expired' where id = any($1::uuid[])`, [viewIds])
}
