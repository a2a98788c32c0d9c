import type { Tx } from '@rivulet/db'
import { memberAccount } from '../chart.ts'
import { lockUndelivered } from '../periods/undelivered.ts'

/** A paid view to be voided; amounts in nano, as they were charged. */
export type PaidRow = {
  id: string
  campaignId: string
  viewer: bigint
  budget: bigint
  author: bigint
  platform: bigint
  paidAt: Date
}

export type VoidCampaign = { id: string; sponsorId: string; status: 'active' | 'closing' | 'closed' }

/** A credit that still can be taken back. */
export type PendingCredit = {
  id: string
  leg: number
  interactionId: string
  receiverId: string
  postId: string
  role: 'viewer' | 'author' | 'sharer'
  stream: number
  closing: boolean
  gross: bigint
  period: bigint
  postingId: string | null
}

/** A credit with the name of the account of the books it is in: the receiver's, or its period's while undelivered. */
export type LockedCredit = PendingCredit & { account: string; delivered: boolean }

const CREDIT = `r.id, r.leg, r.interaction_id as "interactionId", r.receiver_id as "receiverId", r.post_id as "postId",
  r.role, r.stream, r.closing, r.gross, r.period, r.posting_id as "postingId"`
const PENDING = 'r.reversal_id is null and r.clearing_id is null'

/** Locks the member's paid views of a day (UTC) that no void has taken. */
export async function lockPaidViews(tx: Tx, memberId: string, day: string): Promise<PaidRow[]> {
  const { rows } = await tx.query<PaidRow>(
    `select id, campaign_id as "campaignId", viewer_amount as viewer, budget_amount as budget, author_amount as author,
            platform_amount as platform, paid_at as "paidAt"
     from views
     where member_id = $1 and status = 'paid' and void_id is null
       and paid_at >= $2::date::timestamp at time zone 'UTC'
       and paid_at < ($2::date + 1)::timestamp at time zone 'UTC'
     order by id for update`,
    [memberId, day],
  )
  return rows
}

/** Locks campaigns in order of id: whether they are closed stays so. */
export async function lockCampaigns(tx: Tx, ids: readonly string[]): Promise<VoidCampaign[]> {
  const { rows } = await tx.query<VoidCampaign>(
    `select id, sponsor_id as "sponsorId", status from campaigns where id = any($1::uuid[])
     order by id for no key update`,
    [ids],
  )
  return rows
}

/** Locks what is pending of these views. A clearing at work is waited for: what it takes has cleared. */
export async function lockViewCredits(tx: Tx, viewIds: readonly string[]): Promise<PendingCredit[]> {
  const { rows } = await tx.query<PendingCredit>(
    `select ${CREDIT} from receipts r where r.interaction_id = any($1::uuid[]) and ${PENDING}
     order by r.id, r.leg for update`,
    [viewIds],
  )
  return rows
}

const MOST_CREDITS = 10_000

/** What the member's budget paid others since a moment and is pending, the newest first. Nothing is locked. */
export async function readBudgetCredits(tx: Tx, memberId: string, since: Date): Promise<PendingCredit[]> {
  const { rows } = await tx.query<PendingCredit>(
    `select ${CREDIT} from interactions i join receipts r on r.interaction_id = i.id
     where i.actor_id = $1 and r.source = 'budget' and ${PENDING} and r.created_at >= $2
     order by r.created_at desc, r.id desc, r.leg desc limit ${MOST_CREDITS}`,
    [memberId, since],
  )
  return rows
}

/**
 * Locks credits of interactions, the interactions first.
 * @returns where their money is; undefined when not all of them are pending any more
 */
export async function lockBudgetCredits(
  tx: Tx,
  credits: readonly PendingCredit[],
): Promise<LockedCredit[] | undefined> {
  await tx.query(
    `select from interactions where id = any($1::uuid[]) order by actor_id, post_id, kind for no key update`,
    [credits.map((credit) => credit.interactionId)],
  )
  const { rowCount } = await tx.query(
    `select from receipts r where (r.id, r.leg) in (select * from unnest($1::uuid[], $2::int[])) and ${PENDING}
     order by r.id, r.leg for update`,
    [credits.map((credit) => credit.id), credits.map((credit) => credit.leg)],
  )
  if (rowCount !== credits.length) return undefined
  const closing = credits.filter((credit) => credit.closing)
  const undelivered = await lockUndelivered(tx, closing)
  const held = new Map(closing.map((credit, i) => [credit, undelivered[i]]))
  return credits.map((credit) => {
    const account = held.get(credit)
    return { ...inPending(credit), ...(account && { account: account.ref, delivered: false }) }
  })
}

/** A credit that its receiver has. */
export function inPending(credit: PendingCredit): LockedCredit {
  return { ...credit, account: memberAccount(credit.receiverId, 'pending'), delivered: true }
}

/** Notes on receipts which transfer took them back. */
export async function markReversed(
  tx: Tx,
  reversed: readonly { credit: PendingCredit; reversalId: string }[],
): Promise<void> {
  await tx.query(
    `update receipts r set reversal_id = n.reversal
     from unnest($1::uuid[], $2::int[], $3::uuid[]) as n (id, leg, reversal)
     where r.id = n.id and r.leg = n.leg`,
    [
      reversed.map(({ credit }) => credit.id),
      reversed.map(({ credit }) => credit.leg),
      reversed.map(({ reversalId }) => reversalId),
    ],
  )
}

/** Interactions say what of their instant credit still stands; whatever was taken back of one is one reversal of it. */
export async function lowerInteractions(tx: Tx, credits: readonly PendingCredit[]): Promise<void> {
  const instant = credits.filter((credit) => !credit.closing)
  if (instant.length === 0) return
  await tx.query(
    `update interactions i set credited = i.credited - n.gross, reversals = i.reversals + 1
     from (select id, sum(gross)::bigint as gross from unnest($1::uuid[], $2::bigint[]) as c (id, gross) group by id) n
     where i.id = n.id`,
    [instant.map((credit) => credit.interactionId), instant.map((credit) => credit.gross)],
  )
}

/** Posts say what their receivers still have of them. */
export async function lowerPosts(tx: Tx, credits: readonly PendingCredit[]): Promise<void> {
  const ofPosts = credits.filter((credit) => credit.role !== 'viewer')
  const ids = ofPosts.map((credit) => credit.postId)
  await tx.query('select from posts where id = any($1::uuid[]) order by id for no key update', [ids])
  await tx.query(
    `update posts p set earned = p.earned - n.gross
     from (select id, sum(gross)::bigint as gross from unnest($1::uuid[], $2::bigint[]) as c (id, gross) group by id) n
     where p.id = n.id`,
    [ids, ofPosts.map((credit) => credit.gross)],
  )
}

/** Keeps the void, names it on its views, and upholds the open disputes of their campaigns and day. */
export async function insertVoid(
  tx: Tx,
  made: {
    id: string
    memberId: string
    day: string
    note: string
    returned: bigint
    borne: bigint
    viewIds: string[]
    campaignIds: string[]
  },
): Promise<void> {
  await tx.query(
    `insert into view_voids (id, member_id, day, note, views, returned, borne) values ($1, $2, $3::date, $4, $5, $6, $7)`,
    [made.id, made.memberId, made.day, made.note, made.viewIds.length, made.returned, made.borne],
  )
  await tx.query('update views set void_id = $1 where id = any($2::uuid[])', [made.id, made.viewIds])
  await tx.query(
    `update disputes set status = 'upheld', resolved_at = now()
     where campaign_id = any($1::uuid[]) and day = $2::date and status = 'open'`,
    [made.campaignIds, made.day],
  )
}
