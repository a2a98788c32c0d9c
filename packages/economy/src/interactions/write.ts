import { queryAndCommit, type Tx } from '@rivulet/db'
import type { PostResult } from '@rivulet/ledger'
import { addSums } from '../earnings/store.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'
import { type Change, type Leg, legsOf } from './legs.ts'
import { clearsAt } from './rules.ts'

/** Likes and reposts of a post. */
export type Counts = { likes: number; reposts: number }

export type Written = {
  /** What the books answered to each change: `ok` also for one without money. All else was not written. */
  results: PostResult[]
  /** Of each post whose counters changed, after. */
  counts: Map<string, Counts>
}

/**
 * Writes changes in one statement, whatever their number: posts the money and, where the books said ok, the interactions,
 * receipts, counters and earnings. An id that another transaction made an interaction under meanwhile fails the statement with a
 * unique violation.
 *
 * @param commits all or nothing, and COMMIT with it: the statement fails with `NOT_ALL_OK` when the books refuse any change
 */
export async function writeChanges(
  tx: Tx,
  rules: Rules,
  changes: Change[],
  period: bigint,
  { commits }: { commits: boolean },
): Promise<Written> {
  const legs: Leg[] = []
  const places = changes.map((change) => {
    const first = legs.length
    legs.push(...legsOf(change))
    return { first, end: legs.length }
  })

  const send = commits ? queryAndCommit : runQuery
  const { rows } = await send(tx, {
    ...(commits ? WRITE_ALL : WRITE_SOME),
    values: [
      ...transferColumns(legs),
      ...receiptColumns(legs),
      // By its first leg, whose answer is all's: a change is of one unit, or takes back what is there.
      literal(places.map(({ first, end }) => (first === end ? 0 : first + 1))),
      ...interactionColumns(changes),
      period,
      rules.version,
      clearsAt(period, 'normal', rules),
      clearsAt(period, 'young', rules),
      literal(legs.map((l) => l.earned)),
    ],
  })
  const row = rows[0] as {
    results: PostResult[] | null
    posts: string[] | null
    likes: number[]
    reposts: number[]
  }
  return {
    results: places.map(({ first, end }) => answerOf((row.results ?? []).slice(first, end))),
    counts: new Map(
      (row.posts ?? []).map((post, i) => [post, { likes: row.likes[i]!, reposts: row.reposts[i]! }]),
    ),
  }
}

const transferColumns = (legs: Leg[]) => [
  literal(legs.map((l) => l.id)),
  literal(legs.map((l) => l.leg)),
  literal(legs.map((l) => l.debit)),
  literal(legs.map((l) => l.credit)),
  literal(legs.map((l) => l.amount)),
  literal(legs.map((l) => l.stream)),
]

const receiptColumns = (legs: Leg[]) => [
  literal(legs.map((l) => l.change.after.id)),
  literal(legs.map((l) => l.change.interaction.actorId)),
  literal(legs.map((l) => l.receiverId)),
  literal(legs.map((l) => l.change.interaction.postId)),
  literal(legs.map((l) => l.change.interaction.kind)),
  literal(legs.map((l) => l.role)),
  literal(legs.map((l) => l.source)),
  literal(legs.map((l) => l.hold)),
  literal(legs.map((l) => l.change.interaction.via?.id ?? null)),
  literal(legs.map((l) => l.reverses?.id ?? null)),
  literal(legs.map((l) => l.reverses?.leg ?? null)),
]

const interactionColumns = (changes: Change[]) => [
  literal(changes.map((c) => c.after.id)),
  literal(changes.map((c) => c.interaction.id === undefined)),
  literal(changes.map((c) => c.interaction.actorId)),
  literal(changes.map((c) => c.interaction.postId)),
  literal(changes.map((c) => c.interaction.kind)),
  literal(changes.map((c) => c.after.active)),
  literal(changes.map((c) => c.after.credited)),
  literal(changes.map((c) => c.after.unfunded)),
  literal(changes.map((c) => c.after.reversals)),
  literal(changes.map((c) => c.interaction.via?.id ?? null)),
  literal(changes.map((c) => c.interaction.via?.sharerId ?? null)),
]

/** Of a unit of legs: what the leg that failed was answered, and not that the others failed with it. */
function answerOf(answers: PostResult[]): PostResult {
  const failed = answers.filter((answer) => answer !== 'ok')
  return failed.find((answer) => answer !== 'linked_failed') ?? failed[0] ?? 'ok'
}

// Locks are taken in one order: accounts (by the ledger, in order of id), new interactions in order of their keys, posts
// in order of id. Rows to change are named by an array, and not by a join: planned while its table was small, a join
// would walk through all of it. Receipts have been locked, so that where they are is where they stay.
const write = (answers: string) => `
  with posted as materialized (
    select * from ledger.post($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])
    where cardinality($1::uuid[]) > 0
  ), answer as materialized (
    select ${answers} as results from posted
  ), part as materialized (
    select p.*
    from unnest($1::uuid[], $2::smallint[], $5::bigint[], $6::smallint[], $7::uuid[], $8::uuid[], $9::uuid[],
        $10::uuid[], $11::interaction_kind[], $12::receipt_role[], $13::credit_source[], $14::hold[], $15::uuid[],
        $16::uuid[], $17::int[], $34::bigint[]) with ordinality
      as p (move, leg, amount, stream, interaction, payer, receiver, post, kind, role, source, hold, via, reversed,
        reversed_leg, earned, place)
    -- by its place and not by a join, whose cost would grow with the square of the batch
    where (select results from answer)[p.place] = 'ok'
  ), change as materialized (
    select c.*
    from unnest($18::int[], $19::uuid[], $20::boolean[], $21::uuid[], $22::uuid[], $23::interaction_kind[],
        $24::boolean[], $25::bigint[], $26::boolean[], $27::int[], $28::uuid[], $29::uuid[])
      as c (place, id, is_new, actor, post, kind, active, credited, unfunded, reversals, via, sharer)
    where c.place = 0 or (select results from answer)[c.place] = 'ok'
  ), made as (
    insert into interactions (id, actor_id, post_id, kind, active, credited, unfunded, reversals, period, via_id, sharer_id)
    select id, actor, post, kind, active, credited, unfunded, reversals, $30, via, sharer from change
    where is_new order by actor, post, kind
  ), turned as (
    update interactions i
    set (active, credited, unfunded, reversals, period, via_id, sharer_id) = (
      select c.active, c.credited, c.unfunded, c.reversals, case when c.active then $30 else i.period end,
        case when c.active then c.via else i.via_id end, case when c.active then c.sharer else i.sharer_id end
      from change c where c.id = i.id
    )
    where i.id = any (array(select id from change where not is_new))
  ), looked_at_again as (
    insert into turned_reactions (interaction_id)
    select id from change where not is_new and kind in ('like', 'repost')
  ), receipted as (
    insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, via_id,
      gross, period, hold, clears_at, rule_version, weight, total_weight)
    select move, leg, interaction, payer, receiver, post, kind::text::credit_kind, role, stream, source, via,
      amount, $30, hold, to_timestamp(case hold when 'young' then $33::float8 else $32::float8 end), $31, 1, 1
    from part where reversed is null
  ), reversed as (
    update receipts r set reversal_id = (
      select p.move from part p where p.reversed = r.id and p.reversed_leg = r.leg
    )
    where r.ctid = any (array(
      select r.ctid from part p
        cross join lateral (select ctid from receipts r where r.id = p.reversed and r.leg = p.reversed_leg limit 1) r
    ))
  ), delta as materialized (
    select post, sum(likes)::int as likes, sum(reposts)::int as reposts, sum(earned)::bigint as earned
    from (
      select post, case when kind <> 'like' then 0 when active then 1 else -1 end as likes,
        case when kind <> 'repost' then 0 when active then 1 else -1 end as reposts, 0 as earned
      from change
      union all select post, 0, 0, earned from part
    ) d group by post having sum(likes) <> 0 or sum(reposts) <> 0 or sum(earned) <> 0
  ), target as materialized (
    select p.id from posts p where p.id = any (array(select post from delta)) order by p.id for no key update
  ), counted as (
    update posts p
    set (likes_count, reposts_count, earned) = (
      select p.likes_count + d.likes, p.reposts_count + d.reposts, p.earned + d.earned from delta d where d.post = p.id
    )
    where p.id = any (array(select id from target))
    returning p.id, p.likes_count, p.reposts_count
  ), earned as (${addSums(`(
      select receiver as member, stream, sum(earned)::bigint as amount from part
      group by receiver, stream having sum(earned) <> 0
    )`)}
  )
  select (select results from answer) as results, (select array_agg(id) from counted) as posts,
    (select array_agg(likes_count) from counted) as likes, (select array_agg(reposts_count) from counted) as reposts`

const WRITE_SOME = { name: 'write-changes', text: write('array_agg(result order by ord)') }

/** The SQLSTATE of `all_ok` when they are not. */
export const NOT_ALL_OK = 'RV001'

const WRITE_ALL = { name: 'write-all-changes', text: write('all_ok(array_agg(result order by ord))') }

const runQuery: typeof queryAndCommit = (tx, query) => tx.query(query)
