import type { Tx } from '@rivulet/db'

/**
 * Counts refusals for the sponsors' reports: one row for each campaign, day (UTC) and reason, so what is kept does not
 * grow with how often somebody asks. Call it last: its rows are those that other transactions wait for.
 */
export async function countRefusals(
  tx: Tx,
  refusals: readonly { campaignId: string; reason: string }[],
): Promise<void> {
  if (refusals.length === 0) return
  await tx.query(
    `insert into view_refusals as r (campaign_id, day, reason, count)
     select campaign, (now() at time zone 'UTC')::date, reason, count(*)
     from unnest($1::uuid[], $2::text[]) as one (campaign, reason)
     group by campaign, reason order by campaign, reason
     on conflict (campaign_id, day, reason) do update set count = r.count + excluded.count`,
    [refusals.map((r) => r.campaignId), refusals.map((r) => r.reason)],
  )
}
