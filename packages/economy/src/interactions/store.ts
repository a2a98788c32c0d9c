import { newId, type Tx } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import type { CreditSource } from './rules.ts'

export type InteractionKind = 'like' | 'read' | 'comment' | 'repost'

export type InteractionKey = { actorId: string; postId: string; kind: InteractionKind }

/** An interaction with what deciding about it needs; its row is locked. */
export type Interaction = InteractionKey & {
  id: string
  active: boolean
  credited: bigint
  unfunded: boolean
  reversals: number
  authorId: string
  /** Payer or receiver is younger than the rules' `youngSeconds`. */
  young: boolean
  likesCount: number
  postDeleted: boolean
}

export type Receipt = {
  id: string
  interaction: Interaction
  source: CreditSource
  gross: bigint
  period: bigint
  hold: 'normal' | 'young'
  clearsAt: number
}

export const keyOf = (key: InteractionKey) => `${key.actorId}/${key.postId}/${key.kind}`

const columns = (keys: InteractionKey[]) => [
  keys.map((k) => k.actorId),
  keys.map((k) => k.postId),
  keys.map((k) => k.kind),
]

/** Makes the rows that do not exist yet, switched off. Posts that do not exist, or no longer, get none. */
export async function insertMissing(tx: Tx, keys: InteractionKey[]): Promise<void> {
  if (keys.length === 0) return
  await tx.query(
    `insert into interactions (id, actor_id, post_id, kind, active, period)
     select k.id, k.actor, k.post, k.kind, false, 0
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::interaction_kind[]) as k(id, actor, post, kind)
     join posts on posts.id = k.post and posts.deleted_at is null
     order by k.actor, k.post, k.kind
     on conflict (actor_id, post_id, kind) do nothing`,
    [keys.map(newId), ...columns(keys)],
  )
}

/** Locks the interactions in id order and reads them with their posts. Also answers the database's time, in seconds. */
export async function lockInteractions(
  tx: Tx,
  keys: InteractionKey[],
  rules: Rules,
): Promise<{ now: number; found: Map<string, Interaction> }> {
  const clock = await tx.query<{ now: number }>('select extract(epoch from now())::float8 as now')
  const rows = await tx.query<Interaction>(
    `select i.id, i.actor_id as "actorId", i.post_id as "postId", i.kind, i.active, i.credited, i.unfunded,
            i.reversals, p.author_id as "authorId", p.likes_count as "likesCount", p.deleted_at is not null as "postDeleted",
            greatest(actor.created_at, author.created_at) > now() - make_interval(secs => $4) as young
     from unnest($1::uuid[], $2::uuid[], $3::interaction_kind[]) as k(actor, post, kind)
     join interactions i on i.actor_id = k.actor and i.post_id = k.post and i.kind = k.kind
     join posts p on p.id = i.post_id
     join members actor on actor.id = i.actor_id
     join members author on author.id = p.author_id
     order by i.id
     for no key update of i`,
    [...columns(keys), rules.youngSeconds],
  )
  return { now: clock.rows[0]?.now ?? 0, found: new Map(rows.rows.map((row) => [keyOf(row), row])) }
}

/** Locks the standing receipts of these interactions that have not cleared. */
export async function lockPendingReceipts(
  tx: Tx,
  interactionIds: string[],
): Promise<Map<string, { id: string; source: CreditSource; gross: bigint }>> {
  if (interactionIds.length === 0) return new Map()
  const rows = await tx.query(
    `select id, interaction_id as "interactionId", source, gross from receipts
     where interaction_id = any($1::uuid[]) and reversal_id is null and clearing_id is null
     order by id for update`,
    [interactionIds],
  )
  return new Map(rows.rows.map((row) => [row.interactionId as string, row]))
}

/** Writes receipts of credits that were posted, each under the id of its transfer. */
export async function insertReceipts(tx: Tx, receipts: Receipt[], ruleVersion: number): Promise<void> {
  if (receipts.length === 0) return
  await tx.query(
    `insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, source, gross, period, hold,
                           clears_at, rule_version, weight, total_weight)
     select r.id, r.interaction, r.payer, r.receiver, r.post, r.kind, r.source, r.gross, r.period, r.hold,
            to_timestamp(r.clears_at), $12, 1, 1
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::interaction_kind[],
                 $7::credit_source[], $8::bigint[], $9::bigint[], $10::hold[], $11::float8[])
       as r(id, interaction, payer, receiver, post, kind, source, gross, period, hold, clears_at)`,
    [
      receipts.map((r) => r.id),
      receipts.map((r) => r.interaction.id),
      receipts.map((r) => r.interaction.actorId),
      receipts.map((r) => r.interaction.authorId),
      receipts.map((r) => r.interaction.postId),
      receipts.map((r) => r.interaction.kind),
      receipts.map((r) => r.source),
      receipts.map((r) => r.gross),
      receipts.map((r) => r.period),
      receipts.map((r) => r.hold),
      receipts.map((r) => r.clearsAt),
      ruleVersion,
    ],
  )
}

/** Notes on receipts which transfer took them back. */
export async function markReversed(
  tx: Tx,
  reversals: { receiptId: string; reversalId: string }[],
): Promise<void> {
  if (reversals.length === 0) return
  await tx.query(
    `update receipts set reversal_id = r.reversal
     from unnest($1::uuid[], $2::uuid[]) as r(id, reversal) where receipts.id = r.id`,
    [reversals.map((r) => r.receiptId), reversals.map((r) => r.reversalId)],
  )
}

/** Writes back how turned interactions stand. @param period noted for those that are on now */
export async function saveInteractions(tx: Tx, changed: Interaction[], period: bigint): Promise<void> {
  if (changed.length === 0) return
  await tx.query(
    `update interactions i
     set active = c.active, credited = c.credited, unfunded = c.unfunded, reversals = c.reversals,
         period = case when c.active then $6 else i.period end
     from unnest($1::uuid[], $2::boolean[], $3::bigint[], $4::boolean[], $5::int[])
       as c(id, active, credited, unfunded, reversals)
     where i.id = c.id`,
    [
      changed.map((i) => i.id),
      changed.map((i) => i.active),
      changed.map((i) => i.credited),
      changed.map((i) => i.unfunded),
      changed.map((i) => i.reversals),
      period,
    ],
  )
}

/** Adds to the counters of posts. @returns likes of each post, after */
export async function addToPosts(
  tx: Tx,
  changes: Map<string, { likes: number; earned: bigint }>,
): Promise<Map<string, number>> {
  const ids = [...changes.keys()].sort()
  if (ids.length === 0) return new Map()
  await tx.query('select 1 from posts where id = any($1::uuid[]) order by id for no key update', [ids])
  const rows = await tx.query<{ id: string; likes: number }>(
    `update posts set likes_count = likes_count + c.likes, earned = posts.earned + c.earned
     from unnest($1::uuid[], $2::int[], $3::bigint[]) as c(id, likes, earned) where posts.id = c.id
     returning posts.id, posts.likes_count as likes`,
    [ids, ids.map((id) => changes.get(id)?.likes ?? 0), ids.map((id) => changes.get(id)?.earned ?? 0n)],
  )
  return new Map(rows.rows.map((row) => [row.id, row.likes]))
}
