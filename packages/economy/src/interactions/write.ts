import { newId, queryAndCommit, type Tx } from '@rivulet/db'
import type { PostResult } from '@rivulet/ledger'
import { STREAMS } from '../chart.ts'
import { addSums } from '../earnings/store.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'
import { type CreditSource, clearsAt, type InteractionState } from './rules.ts'
import type { Interaction, PendingReceipt } from './store.ts'

/** What becomes of one interaction, and the one move of money that goes with it, if any. */
export type Change = {
  interaction: Interaction
  /** How it stands afterwards, if the money could be moved. */
  after: InteractionState & { unfunded: boolean }
  money?:
    | { do: 'credit'; source: CreditSource; gross: bigint }
    | { do: 'reverse'; receipt: PendingReceipt }
    | undefined
}

export type Written = {
  /** What the books answered to each change: `ok` also for one without money. All else was not written. */
  results: PostResult[]
  /** Likes after, of each post whose counters changed. */
  likes: Map<string, number>
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
  const moves = changes.map((change) => ({
    ...change,
    id: newId(),
    isNew: change.interaction.id === undefined,
  }))
  const paid = moves.filter((m) => m.money)
  const places = new Map(paid.map((m, i) => [m, i + 1]))
  const credit = (m: (typeof moves)[number]) => (m.money?.do === 'credit' ? m.money : undefined)
  const holdOf = (m: (typeof moves)[number]) => (m.interaction.young ? 'young' : 'normal')

  const send = commits ? queryAndCommit : runQuery
  const { rows } = await send(tx, {
    ...(commits ? WRITE_ALL : WRITE_SOME),
    values: [
      literal(paid.map((m) => m.id)),
      literal(paid.map(() => 0)),
      literal(paid.map((m) => sides(m)[0])),
      literal(paid.map((m) => sides(m)[1])),
      literal(paid.map((m) => grossOf(m))),
      literal(paid.map((m) => STREAMS[m.interaction.kind === 'repost' ? 'share' : m.interaction.kind])),
      literal(moves.map((m) => places.get(m) ?? 0)),
      literal(moves.map((m) => m.interaction.id ?? newId())),
      literal(moves.map((m) => m.isNew)),
      literal(moves.map((m) => m.interaction.actorId)),
      literal(moves.map((m) => m.interaction.postId)),
      literal(moves.map((m) => m.interaction.kind)),
      literal(moves.map((m) => m.after.active)),
      literal(moves.map((m) => m.after.credited)),
      literal(moves.map((m) => m.after.unfunded)),
      literal(moves.map((m) => m.after.reversals)),
      literal(moves.map((m) => m.id)),
      literal(moves.map((m) => m.interaction.authorId)),
      literal(moves.map((m) => credit(m)?.source ?? null)),
      literal(moves.map((m) => holdOf(m))),
      literal(moves.map((m) => (m.money?.do === 'reverse' ? m.money.receipt.id : null))),
      literal(moves.map((m) => grossOf(m) * (m.money?.do === 'reverse' ? -1n : 1n))),
      period,
      rules.version,
      clearsAt(period, 'normal', rules),
      clearsAt(period, 'young', rules),
    ],
  })
  const { results, posts, likes } = rows[0] as {
    results: PostResult[] | null
    posts: string[] | null
    likes: number[]
  }
  return {
    results: moves.map((m) => {
      const place = places.get(m)
      return place === undefined ? 'ok' : results![place - 1]!
    }),
    likes: new Map((posts ?? []).map((post, i) => [post, likes[i]!])),
  }
}

function grossOf({ money }: Change): bigint {
  if (!money) return 0n
  return money.do === 'credit' ? money.gross : money.receipt.gross
}

/** Which account is debited, and which credited. */
function sides({ interaction, money }: Change): [bigint, bigint] {
  const source = money!.do === 'credit' ? money!.source : money!.receipt.source
  const payer = interaction.funds[source].account
  return money!.do === 'credit' ? [payer, interaction.authorPending] : [interaction.authorPending, payer]
}

// Locks are taken in one order: accounts (by the ledger, in order of id), new interactions in order of their keys, posts
// in order of id. Rows to change are named by an array, and not by a join: planned while its table was small, a join
// would walk through all of it.
const write = (answers: string) => `
  with posted as materialized (
    select * from ledger.post($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])
    where cardinality($1::uuid[]) > 0
  ), answer as materialized (
    select ${answers} as results from posted
  ), change as materialized (
    select c.*, ($6::smallint[])[c.place] as stream
    from unnest($7::int[], $8::uuid[], $9::boolean[], $10::uuid[], $11::uuid[], $12::interaction_kind[], $13::boolean[],
        $14::bigint[], $15::boolean[], $16::int[], $17::uuid[], $18::uuid[], $19::credit_source[], $20::hold[],
        $21::uuid[], $22::bigint[])
      as c (place, id, is_new, actor, post, kind, active, credited, unfunded, reversals, move, author, source, hold,
        reverses, amount)
    -- by its place and not by a join, whose cost would grow with the square of the batch
    where c.place = 0 or (select results from answer)[c.place] = 'ok'
  ), made as (
    insert into interactions (id, actor_id, post_id, kind, active, credited, unfunded, reversals, period)
    select id, actor, post, kind, active, credited, unfunded, reversals, $23 from change
    where is_new order by actor, post, kind
  ), turned as (
    update interactions i
    set (active, credited, unfunded, reversals, period) = (
      select c.active, c.credited, c.unfunded, c.reversals, case when c.active then $23 else i.period end
      from change c where c.id = i.id
    )
    where i.id = any (array(select id from change where not is_new))
  ), receipted as (
    insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, stream, source, gross, period, hold,
      clears_at, rule_version, weight, total_weight)
    select move, id, actor, author, post, kind::text::credit_kind, stream, source, amount, $23, hold,
      to_timestamp(case hold when 'young' then $26::float8 else $25::float8 end), $24, 1, 1
    from change where source is not null
  ), reversed as (
    update receipts r set reversal_id = (select c.move from change c where c.reverses = r.id)
    where r.id = any (array(select reverses from change where reverses is not null))
  ), delta as materialized (
    select post, sum(case when kind <> 'like' then 0 when active then 1 else -1 end)::int as likes,
      sum(amount)::bigint as earned
    from change group by post
  ), target as materialized (
    select p.id from posts p where p.id = any (array(select post from delta)) order by p.id for no key update
  ), counted as (
    update posts p
    set (likes_count, earned) = (
      select p.likes_count + d.likes, p.earned + d.earned from delta d where d.post = p.id
    )
    where p.id = any (array(select id from target))
    returning p.id, p.likes_count
  ), earned as (${addSums(`(
      select author as member, stream, sum(amount)::bigint as amount from change where place > 0
      group by author, stream having sum(amount) <> 0
    )`)}
  )
  select (select results from answer) as results,
    (select array_agg(id) from counted) as posts, (select array_agg(likes_count) from counted) as likes`

const WRITE_SOME = { name: 'write-changes', text: write('array_agg(result order by ord)') }

/** The SQLSTATE of `all_ok` when they are not. */
export const NOT_ALL_OK = 'RV001'

const WRITE_ALL = { name: 'write-all-changes', text: write('all_ok(array_agg(result order by ord))') }

const runQuery: typeof queryAndCommit = (tx, query) => tx.query(query)
