import { ledgerOf, type Tx } from '@rivulet/db'
import { giveBack, markExpired } from './give-back.ts'

/**
 * Gives the prices of tokens that were not returned in time back to their campaigns. Two at once take different ones, and
 * a token that is just being paid is left alone.
 *
 * @param limit most tokens of one call
 * @returns how many have expired; 0 when none is due
 */
export async function expireViews(tx: Tx, limit = 500): Promise<{ expired: number }> {
  const { rows } = await tx.query<{ id: string; campaignId: string; price: bigint }>(
    `select id, campaign_id as "campaignId", price from views
     where status = 'open' and expires_at <= now() order by expires_at limit $1 for update skip locked`,
    [limit],
  )
  if (rows.length === 0) return { expired: 0 }
  const answers = await ledgerOf(tx).post(rows.map(giveBack))
  if (answers.some((answer) => answer !== 'ok')) throw new Error(`giving back was answered ${answers.join()}`)
  await markExpired(
    tx,
    rows.map((row) => row.id),
  )
  return { expired: rows.length }
}
