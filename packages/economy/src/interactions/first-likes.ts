import { newId, queryAndCommit, RunAgain, type Tx } from '@rivulet/db'
import { STREAMS } from '../chart.ts'
import { addSums } from '../earnings/store.ts'
import { blockBetween, inGoodStanding } from '../members/earning.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'
import type { ActResult } from './act.ts'
import { account, type InteractionKey, keyOf } from './store.ts'
import { NOT_ALL_OK } from './write.ts'

const UNIQUE_VIOLATION = '23505'

/**
 * Likes posts that the actors have never liked, in one statement that is sent with its COMMIT: what nearly all likes are,
 * and what everybody does at once when a post takes off. Decides as `act` does for such a like that names no share.
 *
 * @returns of each like what `act` would; undefined, and nothing done, where the actor has liked the post before, there is
 * no such post, it has co-authors, one of the two is suspended or deleted or has blocked the other: that is for `act` to
 * answer
 * @throws RunAgain, and nothing is done, when another transaction was faster or funds do not suffice for all
 */
export async function firstLikes(
  tx: Tx,
  rules: Rules,
  likes: Pick<InteractionKey, 'actorId' | 'postId'>[],
): Promise<(ActResult | undefined)[]> {
  const keys = likes.map((like) => keyOf({ ...like, kind: 'like' }))
  const distinct = new Map(keys.map((key, i) => [key, likes[i]!]))
  const places = new Map([...distinct.keys()].map((key, i) => [key, i]))
  const wanted = [...distinct.values()]
  const ids = wanted.map(newId)
  const rate = rules.rates.like
  const { rows } = await queryAndCommit(tx, {
    name: 'first-likes',
    text: FIRST_LIKES,
    values: [
      literal(wanted.map((like) => like.actorId)),
      literal(wanted.map((like) => like.postId)),
      literal(ids),
      literal(wanted.map(newId)),
      rules.youngSeconds,
      rate,
      rules.periodSeconds,
      rules.version,
      rules.holds.normal,
      rules.holds.young,
    ],
  }).catch((error: unknown) => {
    const { code } = error as { code?: string }
    throw code === UNIQUE_VIOLATION || code === NOT_ALL_OK
      ? new RunAgain('overtaken', { cause: error })
      : error
  })
  const { made, paid, unfunded, likes: counts, reposts } = rows[0] as Row
  const results = new Map<number, ActResult>(
    (made ?? []).map((place, i) => [
      place - 1,
      {
        ...{ ok: true, id: ids[place - 1]!, on: true, likes: counts[i]!, reposts: reposts[i]! },
        ...{ credited: paid[i] ? rate : 0n, unfunded: unfunded[i]! },
      },
    ]),
  )
  return keys.map((key) => results.get(places.get(key)!))
}

type Row = {
  made: number[] | null
  paid: boolean[]
  unfunded: boolean[]
  likes: number[]
  reposts: number[]
}

// Lateral and limited to one row, each look-up is one walk down an index. Locks are taken in the order of `write.ts`.
const FIRST_LIKES = `
  with wish as materialized (
    select w.place::int, w.id, w.move, w.actor, w.post, p.author_id as author,
      case when greatest(actor.created_at, author.created_at) > now() - make_interval(secs => $5)
        then 'young'::hold else 'normal'::hold end as hold,
      p.author_id <> w.actor and $6::bigint > 0 as pays,
      case when p.author_id = w.actor or $6::bigint = 0 then null
        when budget.balance >= $6::bigint then 'budget'::credit_source
        when pledge.balance >= $6::bigint then 'pledge'::credit_source end as source,
      budget.id as budget, pledge.id as pledge, pending.id as pending
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as w (actor, post, id, move, place)
      cross join lateral (
        select author_id from posts
        where posts.id = w.post and deleted_at is null and coalesce(cardinality(split_members), 0) = 0 limit 1
      ) p
      left join lateral (
        select true as found from interactions i
        where i.actor_id = w.actor and i.post_id = w.post and i.kind = 'like' limit 1
      ) i on true
      left join lateral (${blockBetween('w.actor', 'p.author_id')}) blocked on true
      cross join lateral (
        select created_at from members m where m.id = w.actor and ${inGoodStanding('m')} limit 1
      ) actor
      cross join lateral (
        select created_at from members m where m.id = p.author_id and ${inGoodStanding('m')} limit 1
      ) author
      left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'budget')} limit 1) budget on true
      left join lateral (select id, balance from ledger.account where ref = ${account('w.actor', 'pledge')} limit 1) pledge on true
      left join lateral (select id from ledger.account where ref = ${account('p.author_id', 'pending')} limit 1) pending on true
    where i.found is null and blocked.found is null
  ), clock as materialized (
    select floor(extract(epoch from now()) / $7::int)::bigint as period
  ), rows as materialized (
    select array_agg(move) as ids, array_agg(0::smallint) as legs,
      array_agg(case source when 'budget' then budget else pledge end) as debits, array_agg(pending) as credits,
      array_agg($6::bigint) as amounts, array_agg(${STREAMS.like}::smallint) as codes
    from wish where source is not null
  ), answer as materialized (
    select all_ok(array_agg(posted.result)) as results
    from rows cross join lateral ledger.post(ids, legs, debits, credits, amounts, codes) posted
    where rows.ids is not null
  ), change as materialized (
    select wish.*, case when source is null then 0 else $6::bigint end as amount
    from wish where (select results is null or true from answer)
  ), made as (
    insert into interactions (id, actor_id, post_id, kind, active, credited, unfunded, reversals, period)
    select id, actor, post, 'like', true, amount, pays and source is null, 0, period
    from change, clock order by actor, post
  ), receipted as (
    insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, stream, source, gross, period, hold,
      clears_at, rule_version, weight, total_weight)
    select move, id, actor, author, post, 'like', ${STREAMS.like}, source, amount, period, hold,
      to_timestamp((period + 1) * $7::int + case hold when 'young' then $10::int else $9::int end), $8, 1, 1
    from change, clock where source is not null
  ), delta as materialized (
    select post, count(*)::int as likes, sum(amount)::bigint as earned from change group by post
  ), target as materialized (
    select p.id from posts p where p.id = any (array(select post from delta)) order by p.id for no key update
  ), counted as (
    update posts p
    set (likes_count, earned) = (select p.likes_count + d.likes, p.earned + d.earned from delta d where d.post = p.id)
    where p.id = any (array(select id from target))
    returning p.id, p.likes_count, p.reposts_count
  ), earned as (${addSums(`(
      select author as member, ${STREAMS.like}::smallint as stream, sum(amount)::bigint as amount from change
      group by author having sum(amount) <> 0
    )`)}
  )
  select array_agg(c.place) as made, array_agg(c.source is not null) as paid,
    array_agg(c.pays and c.source is null) as unfunded, array_agg(counted.likes_count) as likes,
    array_agg(counted.reposts_count) as reposts
  from change c join counted on counted.id = c.post`
