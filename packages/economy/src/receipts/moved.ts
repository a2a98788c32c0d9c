import type { Pool } from '@rivulet/db'
import { MEMBER_ACCOUNTS, memberAccount } from '../chart.ts'

/** A view as its sponsor, viewer or author beside sees it: what each has of it, in nano; null what is not theirs to see. */
export type ViewShares = {
  campaignId: string
  price: bigint | null
  viewer: bigint | null
  budget: bigint | null
  author: bigint | null
  platform: bigint | null
  at: Date
  period: bigint | null
  ruleVersion: number
  postId: string
  sponsorId: string
}

/** The paid view of that id, when the member is its sponsor, its viewer, or the author beside it. */
export async function viewOf(pool: Pool, memberId: string, id: string): Promise<ViewShares | undefined> {
  const { rows } = await pool.query<ViewShares>({
    name: 'view-of',
    text: `select v.campaign_id as "campaignId", v.paid_at as at, v.period, v.rule_version as "ruleVersion",
        v.post_id as "postId", c.sponsor_id as "sponsorId",
        case when c.sponsor_id = $1 then v.price end as price,
        case when $1 in (c.sponsor_id, v.member_id) then v.viewer_amount end as viewer,
        case when $1 in (c.sponsor_id, v.member_id) then v.budget_amount end as budget,
        case when $1 in (c.sponsor_id, v.author_id) then v.author_amount end as author,
        case when c.sponsor_id = $1 then v.platform_amount end as platform
      from views v join campaigns c on c.id = v.campaign_id
      where v.id = $2 and v.paid_at is not null and $1 in (c.sponsor_id, v.member_id, v.author_id)`,
    values: [memberId, id],
  })
  return rows[0]
}

/** The clearing of that id, when it is the member's: nano before the fee, and the fee. */
export async function clearingOf(
  pool: Pool,
  memberId: string,
  id: string,
): Promise<{ gross: bigint; fee: bigint; period: bigint; at: Date } | undefined> {
  const { rows } = await pool.query<{ gross: bigint; fee: bigint; period: bigint; at: Date }>(
    'select gross, fee, period, created_at as at from clearings where id = $1 and member_id = $2',
    [id, memberId],
  )
  return rows[0]
}

/** What an event moved in the member's own accounts, when there is nothing more to say of it: a deposit, a pledge … */
export async function movedOf(
  pool: Pool,
  memberId: string,
  id: string,
): Promise<{ code: number; amount: bigint; at: Date } | undefined> {
  const refs = MEMBER_ACCOUNTS.map((account) => memberAccount(memberId, account))
  const { rows } = await pool.query<{ code: number; amount: bigint; at: Date }>({
    name: 'moved-of',
    text: `with own as materialized (select id from ledger.account where ref = any ($2::text[]))
      select min(code)::int as code, sum(amount)::bigint as amount, min(posted_at) as at from ledger.transfer
      where id = $1 and (debit in (select id from own) or credit in (select id from own)) having count(*) > 0`,
    values: [id, refs],
  })
  return rows[0]
}
