import type { Tx } from '@rivulet/db'
import type { Demands } from './rules.ts'

/** A view's token that is out, or would be. */
export type OpenView = {
  id: string
  campaignId: string
  postId: string
  /** Nano. */
  price: bigint
  expiresAt: Date
  expired: boolean
}

/** What a viewer is shown of a campaign. */
export type Advertisement = { id: string; title: string; body: string; url: string }

export type Candidate = Advertisement & Demands & { price: bigint }

/** Two requests of one member take turns from here on: caps are counted, and tokens issued, by one at a time. */
export async function lockMember(tx: Tx, memberId: string): Promise<void> {
  await tx.query('select from members where id = $1 for no key update', [memberId])
}

/** Locks the member's open view, if there is one. */
export async function lockOpenView(tx: Tx, memberId: string): Promise<OpenView | undefined> {
  const { rows } = await tx.query<OpenView>(
    `select id, campaign_id as "campaignId", post_id as "postId", price, expires_at as "expiresAt",
            expires_at <= now() as expired
     from views where member_id = $1 and status = 'open' for update`,
    [memberId],
  )
  return rows[0]
}

/** The post beside, when it lives; `served` when a feed of the last hour had it for this member. */
export async function readPostBeside(
  tx: Tx,
  memberId: string,
  postId: string,
): Promise<{ authorId: string; tags: string[]; served: boolean } | undefined> {
  const { rows } = await tx.query<{ authorId: string; tags: string[]; served: boolean }>(
    `select author_id as "authorId", tags, exists (
       select from feed_servings f
       where f.member_id = $1 and f.at > now() - interval '1 hour' and p.id = any (f.post_ids)
     ) as served
     from posts p where p.id = $2 and p.deleted_at is null`,
    [memberId, postId],
  )
  return rows[0]
}

// Paid ones count on the day they were paid, so that no day pays more than its cap; an open one counts today.
const TODAY = `select campaign_id, count(*)::int as count from views
  where member_id = $1 and (status = 'open' and expires_at > now()
    or status = 'paid' and paid_at >= date_trunc('day', now(), 'UTC'))
  group by campaign_id`

/** Paid and open views of the member's, this day, over all campaigns. */
export async function countToday(tx: Tx, memberId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select coalesce(sum(count), 0)::int as count from (${TODAY}) today`,
    [memberId],
  )
  return rows[0]!.count
}

const MOST_CANDIDATES = 200

/**
 * Campaigns that could pay for a view beside a post with these tags, the one that waited longest first: active, with
 * the price of a view left, of somebody else who is not suspended.
 *
 * @param back money that this transaction gives back to a campaign
 */
export async function readCandidates(
  tx: Tx,
  memberId: string,
  tags: readonly string[],
  back: { campaignId: string; price: bigint } | undefined,
): Promise<Candidate[]> {
  const { rows } = await tx.query<Candidate>(
    `with today as materialized (${TODAY})
     select c.id, c.title, c.body, c.url, c.price_per_view as price, c.daily_cap_per_member as "dailyCapPerMember",
            c.min_viewer_age_days as "minViewerAgeDays", c.min_viewer_deposit as "minViewerDeposit",
            coalesce((select count from today where today.campaign_id = c.id), 0) as today,
            exists (select from blocks b where b.blocker_id = $1 and b.blocked_id = c.sponsor_id)
              or exists (select from blocks b where b.blocker_id = c.sponsor_id and b.blocked_id = $1) as blocked
     from campaigns c
       cross join lateral (select balance from ledger.account where ref = 'campaign:' || c.id limit 1) money
       cross join lateral (
         select from members s where s.id = c.sponsor_id and s.suspended_at is null and s.deleted_at is null limit 1
       ) sponsor
     where c.status = 'active' and c.sponsor_id <> $1 and (cardinality(c.tags) = 0 or c.tags && $2::text[])
       and money.balance + case when c.id = $3::uuid then $4::bigint else 0 end >= c.price_per_view
     order by c.last_served_at, c.id limit ${MOST_CANDIDATES}`,
    [memberId, tags, back?.campaignId ?? null, back?.price ?? 0n],
  )
  return rows
}

/**
 * Locks the one of these campaigns that waited longest, if it is still active. One that another transaction is just
 * serving is passed over, and waited for when there is no other.
 */
export async function lockLongestWaiting(
  tx: Tx,
  campaignIds: readonly string[],
  { wait }: { wait: boolean },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from campaigns where id = any($1::uuid[]) and status = 'active'
     order by last_served_at, id limit 1 for no key update ${wait ? '' : 'skip locked'}`,
    [campaignIds],
  )
  return rows[0]?.id
}

/** What a viewer is shown of the campaign of an open view. */
export async function readAdvertisement(tx: Tx, campaignId: string): Promise<Advertisement> {
  const { rows } = await tx.query<Advertisement>('select id, title, body, url from campaigns where id = $1', [
    campaignId,
  ])
  return rows[0]!
}

/** Keeps a view that was issued, good for so many seconds from now on; its campaign goes to the end of the rotation. */
export async function insertView(
  tx: Tx,
  view: { id: string; campaignId: string; memberId: string; postId: string; authorId: string; price: bigint },
  { seconds, ruleVersion }: { seconds: number; ruleVersion: number },
): Promise<Date> {
  const { rows } = await tx.query<{ expiresAt: Date }>(
    `with served as (
       update campaigns set last_served_at = clock_timestamp() where id = $2
     )
     insert into views (id, campaign_id, member_id, post_id, author_id, price, issued_at, expires_at, rule_version)
     select $1, $2, $3, $4, $5, $6, at, at + make_interval(secs => $7), $8 from (select clock_timestamp()) as c (at)
     returning expires_at as "expiresAt"`,
    [view.id, view.campaignId, view.memberId, view.postId, view.authorId, view.price, seconds, ruleVersion],
  )
  return rows[0]!.expiresAt
}
