import type { Pool } from '@rivulet/db'

/** A day (UTC) of a campaign. Amounts in nano. */
export type ReportDay = {
  /** `YYYY-MM-DD` */
  day: string
  /** Tokens issued this day, and of them those that were not returned in time. */
  served: number
  expired: number
  /** Views paid this day, and what they cost. */
  paid: number
  spent: bigint
  /** Of those, the views that were voided, and what they had cost. */
  voidedViews: number
  voided: bigint
  /** How often nobody was shown it, or paid for it, by reason. */
  refused: Record<string, number>
  dispute: { id: string; reason: string; status: 'open' | 'upheld' | 'rejected' } | null
}

export type CampaignReport = {
  /** The newest first; days without anything are left out. */
  days: ReportDay[]
  totals: Omit<ReportDay, 'day' | 'dispute'>
}

const MOST_DAYS = 366
const COUNTS = ['served', 'expired', 'paid', 'voidedViews'] as const
const NOTHING = { served: 0, expired: 0, paid: 0, spent: 0n, voidedViews: 0, voided: 0n }

/** What became of a campaign, by day and in all: the days are the newest 366, the totals of all. */
export async function campaignReport(pool: Pool, campaignId: string): Promise<CampaignReport> {
  const { rows } = await pool.query<ReportDay>(REPORT, [campaignId])
  const totals: CampaignReport['totals'] = { ...NOTHING, refused: {} }
  for (const day of rows) {
    for (const name of COUNTS) totals[name] += day[name]
    totals.spent += day.spent
    totals.voided += day.voided
    for (const [reason, count] of Object.entries(day.refused))
      totals.refused[reason] = (totals.refused[reason] ?? 0) + count
  }
  return { days: rows.slice(0, MOST_DAYS), totals }
}

const REPORT = `
  with view as (
    select *, (issued_at at time zone 'UTC')::date as issued, (paid_at at time zone 'UTC')::date as paid,
      viewer_amount + budget_amount + author_amount + platform_amount as cost
    from views where campaign_id = $1
  ), served as (
    select issued as day, count(*)::int as served, (count(*) filter (where status = 'expired'))::int as expired
    from view group by issued
  ), paid as (
    select paid as day, count(*)::int as paid, sum(cost)::bigint as spent,
      count(void_id)::int as voided_views, coalesce(sum(cost) filter (where void_id is not null), 0)::bigint as voided
    from view where paid is not null group by paid
  ), refused as (
    select day, jsonb_object_agg(reason, count) as refused from view_refusals where campaign_id = $1 group by day
  ), dispute as (
    select day, jsonb_build_object('id', id, 'reason', reason, 'status', status) as dispute
    from disputes where campaign_id = $1
  )
  select to_char(day, 'YYYY-MM-DD') as day, coalesce(served, 0) as served, coalesce(expired, 0) as expired,
    coalesce(paid, 0) as paid, coalesce(spent, 0) as spent, coalesce(voided_views, 0) as "voidedViews",
    coalesce(voided, 0) as voided, coalesce(refused, '{}') as refused, dispute
  from served full join paid using (day) full join refused using (day) full join dispute using (day)
  order by day desc`
