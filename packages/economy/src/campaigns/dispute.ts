import { newId, type Tx } from '@rivulet/db'

export type DisputeInput = {
  campaignId: string
  sponsorId: string
  /** UTC, `YYYY-MM-DD`. */
  day: string
  reason: string
}

export type DisputeResult =
  | { ok: true; dispute: { id: string; day: string; reason: string; status: 'open'; createdAt: Date } }
  | { ok: false; code: 'campaign_not_found' | 'not_disputable' | 'already_disputed' }

/**
 * Notes that a sponsor doubts a day's views of a campaign, once a day, and only while some of that day's money is pending:
 * what has cleared cannot be had back. It moves nothing; an operator looks, and voids.
 */
export async function disputeDay(
  tx: Tx,
  { campaignId, sponsorId, day, reason }: DisputeInput,
): Promise<DisputeResult> {
  const { rows } = await tx.query<{ pending: boolean }>(
    `select exists (
       select from views v join receipts r on r.interaction_id = v.id
       where v.campaign_id = c.id and v.paid_at >= $3::date::timestamp at time zone 'UTC'
         and v.paid_at < ($3::date + 1)::timestamp at time zone 'UTC'
         and r.reversal_id is null and r.clearing_id is null
     ) as pending
     from campaigns c where c.id = $1 and c.sponsor_id = $2`,
    [campaignId, sponsorId, day],
  )
  if (!rows[0]) return { ok: false, code: 'campaign_not_found' }
  if (!rows[0].pending) {
    const { rowCount } = await tx.query('select from disputes where campaign_id = $1 and day = $2::date', [
      campaignId,
      day,
    ])
    return { ok: false, code: rowCount ? 'already_disputed' : 'not_disputable' }
  }
  const id = newId()
  const made = await tx.query<{ createdAt: Date }>(
    `insert into disputes (id, campaign_id, day, reason) values ($1, $2, $3::date, $4)
     on conflict (campaign_id, day) do nothing returning created_at as "createdAt"`,
    [id, campaignId, day, reason],
  )
  const createdAt = made.rows[0]?.createdAt
  if (!createdAt) return { ok: false, code: 'already_disputed' }
  return { ok: true, dispute: { id, day, reason, status: 'open', createdAt } }
}
