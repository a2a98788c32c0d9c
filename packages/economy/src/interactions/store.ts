import { isId, type Tx } from '@rivulet/db'
import type { MemberAccount } from '../chart.ts'
import { blockBetween, inGoodStanding } from '../members/earning.ts'
import { type ClosingPart, lockUndelivered } from '../periods/undelivered.ts'
import type { Rules } from '../rules.ts'
import type { Receivers } from '../shares/rules.ts'
import { literal } from '../sql.ts'
import type { Circumstances, CreditSource, InteractionKind, InteractionState } from './rules.ts'

export type InteractionKey = { actorId: string; postId: string; kind: InteractionKind }

/** An account of the books, by its id there. */
export type Funds = { account: bigint; balance: bigint }

/** Somebody a credit of the post may go to. */
export type Receiver = {
  /** Younger than the rules' `youngSeconds`. */
  young: boolean
  /** May not earn from the actor: blocked in either direction, suspended or deleted. */
  barred: boolean
  /** The account in the books. */
  pending: bigint
}

/** An interaction with what deciding about it needs. */
export type Interaction = InteractionKey &
  InteractionState & {
    /** Undefined when it has never been on; else its row is locked. */
    id: string | undefined
    unfunded: boolean
    /** The actor is younger than the rules' `youngSeconds`. */
    young: boolean
    circumstances: Circumstances
    /** The share that was named, if it may be: what it is and whose. */
    via: { id: string; sharerId: string } | undefined
    /** Whom a credit goes to, and what is known about each. */
    to: Receivers
    receivers: Map<string, Receiver>
    /** What the actor can pay from, as it was when this was read. */
    funds: Record<CreditSource, Funds>
    /** Of the post. */
    likes: number
    reposts: number
  }

export const keyOf = (key: InteractionKey) => `${key.actorId}/${key.postId}/${key.kind}`

/** No share has this id. */
const NOTHING = '00000000-0000-0000-0000-000000000000'

/**
 * Reads interactions, whether they exist or not, with their posts, people and funds, and the shares that are named; locks
 * those that exist, in the order of their keys. Those of posts that do not exist are absent. Also answers the database's
 * time, in seconds.
 */
export async function readInteractions(
  tx: Tx,
  keys: (InteractionKey & { via?: string | undefined })[],
  rules: Rules,
): Promise<{ now: number; found: Map<string, Interaction> }> {
  const sorted = keys.map((key) => ({ key, name: keyOf(key) })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const { rows } = await tx.query({
    name: 'read-interactions',
    text: READ,
    values: [
      literal(sorted.map(({ key }) => key.actorId)),
      literal(sorted.map(({ key }) => key.postId)),
      literal(sorted.map(({ key }) => key.kind)),
      literal(sorted.map(({ key: { via } }) => (via === undefined ? null : isId(via) ? via : NOTHING))),
      rules.youngSeconds,
    ],
  })
  const found = new Map<string, Interaction>()
  for (const row of rows as Row[]) {
    const { key, name } = sorted[row.place - 1]!
    found.set(name, interactionOf(key, row))
  }
  return { now: rows[0]?.now ?? 0, found }
}

type Row = {
  place: number
  now: number
  id: string | null
  active: boolean | null
  credited: bigint | null
  unfunded: boolean | null
  reversals: number | null
  author: string
  likes: number
  reposts: number
  deleted: boolean
  split_members: string[] | null
  split_bps: number[] | null
  suspended: boolean
  blocked: boolean
  young: boolean
  sharer: string | null
  receivers: string[]
  are_young: boolean[]
  are_barred: boolean[]
  pendings: string[]
  budget_account: bigint
  budget: bigint | null
  pledge_account: bigint
  pledge: bigint | null
}

function interactionOf(key: InteractionKey & { via?: string | undefined }, row: Row): Interaction {
  const active = row.active ?? false
  const sharerId = row.sharer ?? undefined
  return {
    actorId: key.actorId,
    postId: key.postId,
    kind: key.kind,
    id: row.id ?? undefined,
    active,
    credited: row.credited ?? 0n,
    unfunded: row.unfunded ?? false,
    reversals: row.reversals ?? 0,
    young: row.young,
    circumstances: {
      exists: row.id !== null,
      active,
      postDeleted: row.deleted,
      suspended: row.suspended,
      blocked: row.blocked,
      viaInvalid: key.via !== undefined && sharerId === undefined,
    },
    via: key.via !== undefined && sharerId !== undefined ? { id: key.via, sharerId } : undefined,
    to: {
      authorId: row.author,
      splits: (row.split_members ?? []).map((memberId, i) => ({ memberId, bps: row.split_bps![i]! })),
      sharerId,
    },
    receivers: new Map(
      row.receivers.map((id, i) => [
        id,
        { young: row.are_young[i]!, barred: row.are_barred[i]!, pending: BigInt(row.pendings[i]!) },
      ]),
    ),
    funds: {
      budget: { account: row.budget_account, balance: row.budget ?? 0n },
      pledge: { account: row.pledge_account, balance: row.pledge ?? 0n },
    },
    likes: row.likes,
    reposts: row.reposts,
  }
}

/** The name of a member's account, as `memberAccount` makes it. */
export const account = (member: string, name: MemberAccount) => `'member:' || ${member} || ':${name}'`

// Lateral and limited to one row, each is one walk down an index, whatever the statistics say.
const READ = `
  select w.place::int, extract(epoch from now())::float8 as now,
    i.id, i.active, i.credited, i.unfunded, i.reversals,
    p.author_id as author, p.likes_count as likes, p.reposts_count as reposts, p.deleted_at is not null as deleted,
    p.split_members, p.split_bps,
    not actor.good as suspended, blocked.found is not null as blocked, actor.young, via.sharer,
    r.receivers, r.are_young, r.are_barred, r.pendings,
    budget.id as budget_account, budget.balance as budget, pledge.id as pledge_account, pledge.balance as pledge
  from unnest($1::uuid[], $2::uuid[], $3::interaction_kind[], $4::uuid[]) with ordinality
      as w (actor, post, kind, via, place)
    left join lateral (
      select * from interactions i where i.actor_id = w.actor and i.post_id = w.post and i.kind = w.kind
      limit 1 for no key update
    ) i on true
    cross join lateral (select * from posts where posts.id = w.post limit 1) p
    cross join lateral (
      select m.created_at > now() - make_interval(secs => $5) as young, ${inGoodStanding('m')} as good
      from members m where m.id = w.actor limit 1
    ) actor
    left join lateral (${blockBetween('w.actor', 'p.author_id')}) blocked on true
    left join lateral (
      select s.sharer from (
        select actor_id as sharer from interactions s
        -- as text, so that no plan walks through the index of all reposts
        where s.id = w.via and s.kind::text = 'repost' and s.active and s.post_id = w.post
        union all
        select author_id from posts q where q.id = w.via and q.quote_of = w.post and q.deleted_at is null
      ) s
      where s.sharer <> w.actor and s.sharer <> p.author_id and exists (
        select from served_shares v
        where v.member_id = w.actor and v.share_id = w.via and v.at > now() - interval '7 days'
      )
      limit 1
    ) via on true
    cross join lateral (
      select array_agg(r.id order by r.n) as receivers,
        array_agg(m.created_at > now() - make_interval(secs => $5) order by r.n) as are_young,
        array_agg(not m.good or b.found is not null order by r.n) as are_barred,
        array_agg(a.id order by r.n) as pendings
      from unnest(
          case when cardinality(p.split_members) > 0 then p.split_members else array[p.author_id] end || via.sharer
        ) with ordinality as r (id, n)
        cross join lateral (
          select m.created_at, ${inGoodStanding('m')} as good from members m where m.id = r.id limit 1
        ) m
        left join lateral (${blockBetween('w.actor', 'r.id')}) b on true
        cross join lateral (select id from ledger.account where ref = ${account('r.id', 'pending')} limit 1) a
    ) r
    left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'budget')} limit 1) budget on true
    left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'pledge')} limit 1) pledge on true`

/** A part of a credit that can still be taken back. */
export type PendingReceipt = {
  id: string
  leg: number
  interactionId: string
  closing: boolean
  /** What it came from; a part of a closing credit goes back to the budget. */
  source: CreditSource
  /** As the books number it. */
  stream: number
  gross: bigint
  receiverId: string
  /** The account in the books it is in: the receiver's, or that of the period while it is not delivered. */
  account: bigint
  /** It has been added to what receiver and post have earned. */
  delivered: boolean
}

/** Locks the standing receipts of these interactions that have not cleared, in the order of their keys. */
export async function lockPendingReceipts(
  tx: Tx,
  interactionIds: string[],
): Promise<Map<string, PendingReceipt[]>> {
  if (interactionIds.length === 0) return new Map()
  const { rows } = await tx.query({
    name: 'lock-pending-receipts',
    text: LOCK,
    values: [literal(interactionIds)],
  })
  const receipts = rows as (PendingReceipt & ClosingPart)[]
  const closing = receipts.filter((receipt) => receipt.closing)
  const undelivered = await lockUndelivered(tx, closing)
  closing.forEach((receipt, i) => {
    const { id } = undelivered[i] ?? {}
    if (id !== undefined) Object.assign(receipt, { account: id, delivered: false })
  })
  return Map.groupBy(receipts, (receipt) => receipt.interactionId)
}

const LOCK = `
  select r.id, r.leg, r.interaction_id as "interactionId", r.closing, r.source, r.stream::int, r.gross,
    r.receiver_id as "receiverId", r.period, r.posting_id as "postingId", a.id as account, true as delivered
  from receipts r
    cross join lateral (select id from ledger.account where ref = ${account('r.receiver_id', 'pending')} limit 1) a
  where r.interaction_id = any ($1::uuid[]) and r.reversal_id is null and r.clearing_id is null
  order by r.id, r.leg for update of r`
