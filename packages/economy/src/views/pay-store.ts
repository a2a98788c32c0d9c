import type { Tx } from '@rivulet/db'
import type { PostResult } from '@rivulet/ledger'
import { STREAMS } from '../chart.ts'
import { addSums } from '../earnings/store.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'

/** Somebody a view may pay. */
export type Receiver = {
  id: string
  /** Suspended or deleted. */
  barred: boolean
  /** One of the pair, receiver and sponsor, has blocked the other. */
  blocked: boolean
  /** Receiver or sponsor is younger than the rules' `youngSeconds`. */
  young: boolean
}

/** A view whose token came back, with what deciding about it needs; its row is locked. */
export type ReturnedView = {
  id: string
  memberId: string
  campaignId: string
  sponsorId: string
  postId: string
  authorId: string
  /** Of the post beside; empty: all is the author's. */
  splits: { memberId: string; bps: number }[]
  price: bigint
  status: 'open' | 'paid' | 'expired'
  viewerAmount: bigint
  budgetAmount: bigint
  /** Since its issue, by the database's clock. */
  ageMs: number
  expired: boolean
  receivers: Map<string, Receiver>
}

/** Locks views in order of their ids, and reads them with their campaigns and receivers; also the database's time, in seconds. */
export async function lockReturned(
  tx: Tx,
  rules: Pick<Rules, 'youngSeconds'>,
  viewIds: readonly string[],
): Promise<{ now: number; found: Map<string, ReturnedView> }> {
  const { rows } = await tx.query({
    name: 'lock-returned-views',
    text: LOCK,
    values: [literal([...new Set(viewIds)]), rules.youngSeconds],
  })
  const found = rows.map(({ now, splitMembers, splitBps, ids, barred, blocked, young, ...view }) => ({
    ...view,
    splits: (splitMembers ?? []).map((memberId: string, i: number) => ({ memberId, bps: splitBps[i] })),
    receivers: new Map(
      ids.map((id: string, i: number) => [
        id,
        { id, barred: barred[i], blocked: blocked[i], young: young[i] },
      ]),
    ),
  })) as ReturnedView[]
  return { now: rows[0]?.now ?? 0, found: new Map(found.map((view) => [view.id, view])) }
}

const LOCK = `
  with locked as materialized (
    select * from views where id = any($1::uuid[]) order by id for update
  )
  select extract(epoch from now())::float8 as now,
    v.id, v.member_id as "memberId", v.campaign_id as "campaignId", c.sponsor_id as "sponsorId", v.post_id as "postId",
    v.author_id as "authorId", p.split_members as "splitMembers", p.split_bps as "splitBps", v.price, v.status,
    v.viewer_amount as "viewerAmount", v.budget_amount as "budgetAmount",
    (extract(epoch from now() - v.issued_at) * 1000)::float8 as "ageMs",
    v.status = 'expired' or v.expires_at <= now() as expired, r.ids, r.barred, r.blocked, r.young
  from locked v
    cross join lateral (select sponsor_id from campaigns where campaigns.id = v.campaign_id limit 1) c
    cross join lateral (select split_members, split_bps from posts where posts.id = v.post_id limit 1) p
    cross join lateral (select created_at from members where members.id = c.sponsor_id limit 1) s
    cross join lateral (
      select array_agg(m.id) as ids,
        array_agg(m.suspended_at is not null or m.deleted_at is not null) as barred,
        array_agg(exists (select from blocks b where b.blocker_id = m.id and b.blocked_id = c.sponsor_id)
          or exists (select from blocks b where b.blocker_id = c.sponsor_id and b.blocked_id = m.id)) as blocked,
        array_agg(greatest(m.created_at, s.created_at) > now() - make_interval(secs => $2)) as young
      from members m where m.id = any (array[v.member_id, v.author_id] || p.split_members)
    ) r`

/** A credit of a view: (id, leg) are those of its transfer. */
export type ViewReceipt = {
  leg: number
  receiverId: string
  role: 'viewer' | 'author'
  gross: bigint
  hold: keyof Rules['holds']
}

/** What a view paid, by part. */
export type PaidView = {
  view: ReturnedView
  amounts: { viewer: bigint; budget: bigint; author: bigint; platform: bigint }
  receipts: ViewReceipt[]
}

/** Notes views that the books have paid: views, receipts, posts' and members' earnings, in one statement. */
export async function writePaid(
  tx: Tx,
  paid: readonly PaidView[],
  rules: Rules,
  { period, clearsAt }: { period: bigint; clearsAt: (hold: keyof Rules['holds']) => number },
): Promise<void> {
  const receipts = paid.flatMap(({ view, receipts }) => receipts.map((receipt) => ({ view, ...receipt })))
  await tx.query({
    name: 'write-paid-views',
    text: WRITE,
    values: [
      literal(paid.map((p) => p.view.id)),
      literal(paid.map((p) => p.amounts.viewer)),
      literal(paid.map((p) => p.amounts.budget)),
      literal(paid.map((p) => p.amounts.author)),
      literal(paid.map((p) => p.amounts.platform)),
      period,
      rules.version,
      literal(receipts.map((r) => r.view.id)),
      literal(receipts.map((r) => r.leg)),
      literal(receipts.map((r) => r.view.sponsorId)),
      literal(receipts.map((r) => r.receiverId)),
      literal(receipts.map((r) => r.view.postId)),
      literal(receipts.map((r) => r.role)),
      literal(receipts.map((r) => r.gross)),
      literal(receipts.map((r) => r.hold)),
      literal(receipts.map((r) => clearsAt(r.hold))),
    ],
  })
}

// Locks as everywhere: views (held already), accounts (by the ledger, before this), posts in order of id, earnings.
const WRITE = `
  with paid as (
    select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
      as p (id, viewer, budget, author, platform)
  ), noted as (
    update views v
    set (status, paid_at, period, rule_version, viewer_amount, budget_amount, author_amount, platform_amount) = (
      select 'paid'::view_status, now(), $6::bigint, $7::int, p.viewer, p.budget, p.author, p.platform
      from paid p where p.id = v.id
    )
    where v.id = any ($1::uuid[])
  ), receipt as materialized (
    select * from unnest($8::uuid[], $9::int[], $10::uuid[], $11::uuid[], $12::uuid[], $13::receipt_role[],
        $14::bigint[], $15::hold[], $16::float8[])
      as r (view, leg, payer, receiver, post, role, gross, hold, clears)
  ), receipted as (
    insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, gross,
      period, hold, clears_at, rule_version, weight, total_weight)
    select view, leg, view, payer, receiver, post, 'view', role, ${STREAMS.attention}, 'campaign', gross, $6, hold,
      to_timestamp(clears), $7, 1, 1
    from receipt
  ), delta as materialized (
    select post, sum(gross)::bigint as earned from receipt where role = 'author' group by post
  ), target as materialized (
    select p.id from posts p where p.id = any (array(select post from delta)) order by p.id for no key update
  ), counted as (
    update posts p set earned = p.earned + (select d.earned from delta d where d.post = p.id)
    where p.id = any (array(select id from target))
  )
  ${addSums(`(
    select receiver as member, ${STREAMS.attention}::smallint as stream, sum(gross)::bigint as amount from receipt
    group by receiver
  )`)}`

/** Whether the books posted all legs of one view. Throws for any answer that no open view can have. */
export function assertPosted(answers: readonly PostResult[]): void {
  if (answers.some((answer) => answer !== 'ok')) throw new Error(`a view was answered ${answers.join()}`)
}
