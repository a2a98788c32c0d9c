import { ledgerOf, newId, notify, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { campaignAccount, memberAccount, openViewsAccount, STREAMS } from '../chart.ts'
import { type Campaign, campaignsOf } from './store.ts'

/** Rung when a campaign is closed: somebody may have to wait for its open tokens. */
export const CAMPAIGNS_BELL = 'campaigns'

export type CloseCampaignResult = { ok: true; campaign: Campaign } | { ok: false; code: 'campaign_not_found' }

/**
 * Closes a campaign: no token is issued from now on; once no token of it is open the rest goes back to the sponsor's
 * `available`, at once if none is. Closing one that is closing or closed changes nothing and answers how it stands.
 */
export async function closeCampaign(
  tx: Tx,
  { campaignId, sponsorId }: { campaignId: string; sponsorId: string },
): Promise<CloseCampaignResult> {
  const { rows } = await tx.query<{ status: string }>(
    'select status from campaigns where id = $1 and sponsor_id = $2 for no key update',
    [campaignId, sponsorId],
  )
  if (!rows[0]) return { ok: false, code: 'campaign_not_found' }
  if (rows[0].status === 'active')
    await tx.query(`update campaigns set status = 'closing' where id = $1`, [campaignId])
  if (rows[0].status !== 'closed') await refundRest(tx, [{ id: campaignId, sponsorId }])
  await notify(tx, CAMPAIGNS_BELL)
  const [campaign] = await campaignsOf(tx, sponsorId, { id: campaignId })
  return { ok: true, campaign: campaign! }
}

/**
 * Gives the rest of campaigns that are closing and have no open token back to their sponsors. Two at once take different
 * ones.
 *
 * @returns how many were closed
 */
export async function finishClosing(tx: Tx, limit = 100): Promise<{ closed: number }> {
  const { rows } = await tx.query<Closing>(
    `select c.id, c.sponsor_id as "sponsorId"
     from campaigns c join ledger.account reserved on reserved.ref = 'campaign:' || c.id || ':open'
     where c.status = 'closing' and reserved.balance = 0
     order by c.id limit $1 for no key update of c skip locked`,
    [limit],
  )
  return { closed: await refundRest(tx, rows) }
}

type Closing = { id: string; sponsorId: string }

/**
 * Closes those of these campaigns, locked and closing, that have no open token: what is reserved for tokens tells. Tokens
 * are issued under the lock of the campaign's row, so there will be none; and without one nothing but this, under that
 * lock, moves what is left.
 */
async function refundRest(tx: Tx, campaigns: Closing[]): Promise<number> {
  const ledger = ledgerOf(tx)
  const balances = await ledger.balances(
    campaigns.flatMap(({ id }) => [campaignAccount(id), openViewsAccount(id)]),
  )
  const done = campaigns.filter(({ id }) => balances.get(openViewsAccount(id)) === 0n)
  const refunds = done.flatMap(({ id, sponsorId }) => {
    const amount = balances.get(campaignAccount(id)) ?? 0n
    const credit = memberAccount(sponsorId, 'available')
    const move = { id: newId(), leg: 0, debit: campaignAccount(id), credit, code: STREAMS.refund }
    return amount === 0n ? [] : [{ ...move, amount: amountOf(amount) }]
  })
  const answers = await ledger.post(refunds)
  if (answers.some((answer) => answer !== 'ok')) throw new Error(`a refund was answered ${answers.join()}`)
  await tx.query(`update campaigns set status = 'closed', closed_at = now() where id = any($1::uuid[])`, [
    done.map((campaign) => campaign.id),
  ])
  return done.length
}
