import type { Tx } from '@rivulet/db'
import type { MemberAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'
import type { CreditSource, InteractionState } from './rules.ts'

export type InteractionKind = 'like' | 'read' | 'comment' | 'repost'

export type InteractionKey = { actorId: string; postId: string; kind: InteractionKind }

/** An account of the books, by its id there. */
export type Funds = { account: bigint; balance: bigint }

/** An interaction with what deciding about it needs. */
export type Interaction = InteractionKey &
  InteractionState & {
    /** Undefined when it has never been on; else its row is locked. */
    id: string | undefined
    unfunded: boolean
    authorId: string
    /** Payer or receiver is younger than the rules' `youngSeconds`. */
    young: boolean
    /** What the actor can pay from, as it was when this was read. */
    funds: Record<CreditSource, Funds>
    /** The author's account in the books. */
    authorPending: bigint
    likesCount: number
    postDeleted: boolean
  }

export const keyOf = (key: InteractionKey) => `${key.actorId}/${key.postId}/${key.kind}`

/**
 * Reads interactions, whether they exist or not, with their posts, people and funds; locks those that exist, in the
 * order of their keys. Those of posts that do not exist are absent. Also answers the database's time, in seconds.
 */
export async function readInteractions(
  tx: Tx,
  keys: InteractionKey[],
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
      rules.youngSeconds,
    ],
  })
  const found = new Map<string, Interaction>()
  for (const row of rows) {
    const { key, name } = sorted[row.place - 1]!
    found.set(name, {
      actorId: key.actorId,
      postId: key.postId,
      kind: key.kind,
      id: row.id ?? undefined,
      active: row.active ?? false,
      credited: row.credited ?? 0n,
      unfunded: row.unfunded ?? false,
      reversals: row.reversals ?? 0,
      authorId: row.author,
      young: row.young,
      funds: {
        budget: { account: row.budget_account, balance: row.budget ?? 0n },
        pledge: { account: row.pledge_account, balance: row.pledge ?? 0n },
      },
      authorPending: row.author_pending,
      likesCount: row.likes,
      postDeleted: row.deleted,
    })
  }
  return { now: rows[0]?.now ?? 0, found }
}

/** The name of a member's account, as `memberAccount` makes it. */
export const account = (member: string, name: MemberAccount) => `'member:' || ${member} || ':${name}'`

// Lateral and limited to one row, each is one walk down an index, whatever the statistics say.
const READ = `
  select w.place::int, extract(epoch from now())::float8 as now,
    i.id, i.active, i.credited, i.unfunded, i.reversals,
    p.author_id as author, p.likes_count as likes, p.deleted_at is not null as deleted,
    greatest(actor.created_at, author.created_at) > now() - make_interval(secs => $4) as young,
    budget.id as budget_account, budget.balance as budget, pledge.id as pledge_account, pledge.balance as pledge,
    pending.id as author_pending
  from unnest($1::uuid[], $2::uuid[], $3::interaction_kind[]) with ordinality as w (actor, post, kind, place)
    left join lateral (
      select * from interactions i where i.actor_id = w.actor and i.post_id = w.post and i.kind = w.kind
      limit 1 for no key update
    ) i on true
    cross join lateral (select * from posts where posts.id = w.post limit 1) p
    cross join lateral (select created_at from members where members.id = w.actor limit 1) actor
    cross join lateral (select created_at from members where members.id = p.author_id limit 1) author
    left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'budget')} limit 1) budget on true
    left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'pledge')} limit 1) pledge on true
    left join lateral (select id from ledger.account where ref = ${account('p.author_id', 'pending')} limit 1) pending on true`

export type PendingReceipt = { id: string; source: CreditSource; gross: bigint }

/** Locks the standing receipts of these interactions that have not cleared. */
export async function lockPendingReceipts(
  tx: Tx,
  interactionIds: string[],
): Promise<Map<string, PendingReceipt>> {
  if (interactionIds.length === 0) return new Map()
  const { rows } = await tx.query({
    name: 'lock-pending-receipts',
    text: `select id, interaction_id as "interactionId", source, gross from receipts
           where interaction_id = any($1::uuid[]) and reversal_id is null and clearing_id is null
           order by id for update`,
    values: [literal(interactionIds)],
  })
  return new Map(rows.map((row) => [row.interactionId as string, row]))
}
