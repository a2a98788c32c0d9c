import type { Tx } from '@rivulet/db'
import { addSums } from '../earnings/store.ts'
import { literal } from '../sql.ts'
import type { Delivery } from './deliver-store.ts'
import type { ClosingCredit, Move } from './plan.ts'

/** Writes the receipts of a step. */
export async function insertReceipts(
  tx: Tx,
  credits: ClosingCredit[],
  terms: { period: bigint; version: number; clearsAt: { normal: number; young: number } },
): Promise<void> {
  if (credits.length === 0) return
  await tx.query({
    name: 'insert-closing-receipts',
    text: INSERT_RECEIPTS,
    values: [
      literal(credits.map((c) => c.id)),
      literal(credits.map((c) => c.leg)),
      literal(credits.map((c) => c.interaction.id)),
      literal(credits.map((c) => c.interaction.actorId)),
      literal(credits.map((c) => c.receiverId)),
      literal(credits.map((c) => c.interaction.postId)),
      literal(credits.map((c) => c.interaction.kind)),
      literal(credits.map((c) => c.role)),
      literal(credits.map((c) => c.stream)),
      literal(credits.map((c) => c.interaction.viaId)),
      literal(credits.map((c) => c.gross)),
      literal(credits.map((c) => c.hold)),
      literal(credits.map((c) => c.weight)),
      literal(credits.map((c) => c.totalWeight)),
      literal(credits.map((c) => c.postingId)),
      terms.period,
      terms.version,
      terms.clearsAt.normal,
      terms.clearsAt.young,
      literal(credits.map((c) => c.budget)),
    ],
  })
}

const INSERT_RECEIPTS = `
  insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, closing,
    via_id, gross, period, hold, rule_version, weight, total_weight, clears_at, posting_id,
    budget)
  select c.id, c.leg, interaction, payer, receiver, post, kind, role, stream, 'budget', true, via, gross, $16, hold, $17,
    weight, total, to_timestamp(case hold when 'young' then $19::float8 else $18::float8 end), posting,
    budget
  from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::credit_kind[],
    $8::receipt_role[], $9::smallint[], $10::uuid[], $11::bigint[], $12::hold[], $13::bigint[], $14::bigint[],
    $15::uuid[], $20::bigint[])
    as c (id, leg, interaction, payer, receiver, post, kind, role, stream, via, gross, hold, weight, total, posting,
      budget)`

/** Notes how far the close of the period is, and what this step did. */
export async function advancePeriod(
  tx: Tx,
  period: bigint,
  step: { cursor: bigint; split: boolean; payers: number; interactions: number; paid: bigint },
): Promise<void> {
  await tx.query({
    name: 'advance-period',
    text: `update periods set cursor = $2, payers = payers + $3, interactions = interactions + $4, paid = paid + $5,
             split = $6
           where number = $1`,
    values: [period, step.cursor, step.payers, step.interactions, step.paid, step.split],
  })
}

/**
 * Counts a close more in a row for budgets whose members did nothing, and forgets those who did something.
 *
 * A count goes on only from the close before this one: whose budget was empty in between begins again.
 *
 * @returns the closes in a row, by member
 */
export async function countIdle(
  tx: Tx,
  period: bigint,
  { idle, busy }: { idle: string[]; busy: string[] },
): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; closes: number }>({
    name: 'count-idle',
    text: `
      with forgotten as (delete from idle_budgets where member_id = any($3::uuid[]))
      insert into idle_budgets as i (member_id, closes, period)
      select id, 1, $1 from unnest($2::uuid[]) as id order by id
      on conflict (member_id) do update
      set period = excluded.period, closes = case
        when i.period = (select max(number) from periods where number < $1 and status = 'closed') then i.closes + 1
        else 1 end
      returning member_id as id, closes`,
    values: [period, literal(idle), literal(busy)],
  })
  return new Map(rows.map(({ id, closes }) => [id, closes]))
}

/** Forgets the counts of these members. */
export async function forgetIdle(tx: Tx, members: string[]): Promise<void> {
  if (members.length === 0) return
  await tx.query('delete from idle_budgets where member_id = any($1::uuid[])', [literal(members)])
}

/**
 * Posts the moves of a step. At its end: it locks what the payers' likes wait for.
 *
 * @returns those whose account held less than they say; it is locked and no longer changes
 * @throws Error when the books refuse one for any other reason
 */
export async function postMoves(tx: Tx, moves: Move[]): Promise<Move[]> {
  if (moves.length === 0) return []
  const { rows } = await tx.query<{ ord: number; result: string }>({
    name: 'post-closing-step',
    text: `select ord, result from ledger.post($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[],
             $6::smallint[]) where result <> 'ok'`,
    values: columnsOf(moves),
  })
  const odd = rows.find(({ result }) => result !== 'insufficient')
  if (odd) throw new Error(`the ledger answered ${odd.result} to move ${odd.ord} of a close`)
  return rows.map(({ ord }) => moves[ord - 1]!)
}

/** Writes anew what receipts of this step say of their budget and their part of it. */
export async function amendReceipts(tx: Tx, credits: ClosingCredit[]): Promise<void> {
  if (credits.length === 0) return
  await tx.query({
    name: 'amend-closing-receipts',
    text: `update receipts r set gross = c.gross, budget = c.budget
           from unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[]) as c (id, leg, gross, budget)
           where r.id = c.id and r.leg = c.leg`,
    values: [
      literal(credits.map((c) => c.id)),
      literal(credits.map((c) => c.leg)),
      literal(credits.map((c) => c.gross)),
      literal(credits.map((c) => c.budget)),
    ],
  })
}

const columnsOf = (moves: Move[]) => [
  literal(moves.map((m) => m.id)),
  literal(moves.map((m) => m.leg)),
  literal(moves.map((m) => m.debit)),
  literal(moves.map((m) => m.credit)),
  literal(moves.map((m) => m.amount)),
  literal(moves.map((m) => m.code)),
]

/**
 * Posts deliveries, all or nothing, and adds what was credited to posts and earnings. In one statement and at the end,
 * because it locks what everybody's likes wait for: accounts, then posts, then earnings, as `act` does.
 */
export async function postDeliveries(tx: Tx, moves: Move[], deliveries: Delivery[]): Promise<void> {
  if (moves.length === 0) return
  const posts = new Map<string, bigint>()
  const earnings = new Map<string, { member: string; stream: number; amount: bigint }>()
  for (const { postId, receiverId, stream, amount } of deliveries) {
    posts.set(postId, (posts.get(postId) ?? 0n) + amount)
    const key = `${receiverId}/${stream}`
    const sum = earnings.get(key) ?? { member: receiverId, stream, amount: 0n }
    earnings.set(key, sum)
    sum.amount += amount
  }
  const sums = [...earnings.values()]
  await tx.query({
    name: 'post-deliveries',
    text: POST_DELIVERIES,
    values: [
      ...columnsOf(moves),
      literal([...posts.keys()]),
      literal([...posts.values()]),
      literal(sums.map((s) => s.member)),
      literal(sums.map((s) => s.stream)),
      literal(sums.map((s) => s.amount)),
    ],
  })
}

const POST_DELIVERIES = `
  with answer as materialized (
    select all_ok(array_agg(result)) is not null as ok
    from ledger.post($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])
  ), delta as materialized (
    select * from unnest($7::uuid[], $8::bigint[]) as d (post, amount) where (select ok from answer)
  ), target as materialized (
    select p.id from posts p where p.id = any (array(select post from delta)) order by p.id for no key update
  ), counted as (
    update posts p set earned = p.earned + d.amount from delta d
    where d.post = p.id and p.id = any (array(select id from target))
    returning p.id
  ), earned as (${addSums(`(
      select * from unnest($9::uuid[], $10::smallint[], $11::bigint[]) as e (member, stream, amount)
      where (select count(*) from counted) >= 0
    )`)}
  )
  select count(*) from counted`
