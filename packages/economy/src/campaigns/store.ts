import type { Pool, Tx } from '@rivulet/db'

export type CampaignStatus = 'active' | 'closing' | 'closed'

/** Amounts in nano. */
export type Campaign = {
  id: string
  sponsorId: string
  title: string
  body: string
  url: string
  budget: bigint
  pricePerView: bigint
  tags: string[]
  dailyCapPerMember: number
  minViewerAgeDays: number | null
  minViewerDeposit: bigint | null
  status: CampaignStatus
  /** What is left, and what is reserved for tokens that are out. */
  remaining: bigint
  open: bigint
  createdAt: Date
  closedAt: Date | null
}

/** A sponsor's campaigns, newest first. With `id`, that one; with `before`, those older. */
export async function campaignsOf(
  db: Pool | Tx,
  sponsorId: string,
  { id, before, take = 1 }: { id?: string | undefined; before?: string | undefined; take?: number },
): Promise<Campaign[]> {
  const { rows } = await db.query<Campaign>(
    `select c.id, c.sponsor_id as "sponsorId", c.title, c.body, c.url, c.budget, c.price_per_view as "pricePerView",
            c.tags, c.daily_cap_per_member as "dailyCapPerMember", c.min_viewer_age_days as "minViewerAgeDays",
            c.min_viewer_deposit as "minViewerDeposit", c.status, c.created_at as "createdAt",
            c.closed_at as "closedAt", left_over.balance as remaining, reserved.balance as open
     from campaigns c
       join ledger.account left_over on left_over.ref = 'campaign:' || c.id
       join ledger.account reserved on reserved.ref = 'campaign:' || c.id || ':open'
     where c.sponsor_id = $1 and ($2::uuid is null or c.id = $2) and ($3::uuid is null or c.id < $3)
     order by c.id desc limit $4`,
    [sponsorId, id ?? null, before ?? null, take],
  )
  return rows
}
