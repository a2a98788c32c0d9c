import { accountIds, type Pool, type Tx } from '@rivulet/db'
import { memberAccount } from '../chart.ts'
import type { InteractionKind } from '../interactions/rules.ts'
import { literal } from '../sql.ts'
import type { Calendar } from './rules.ts'

/** A budget that is to be split. `account` is its id in the books; `left` what it held when it was read, in nano. */
export type Budget = { account: bigint; memberId: string; left: bigint }

/** An interaction of a payer's, locked, with what its post says of its receivers. */
export type ClosingInteraction = {
  id: string
  actorId: string
  postId: string
  kind: InteractionKind
  viaId: string | null
  sharerId: string | null
  authorId: string
  splitMembers: string[] | null
  splitBps: number[] | null
  /** It has a closing credit that stands, of an earlier period. */
  credited: boolean
}

/** What a close has to know of somebody it pays, or who pays. */
export type Person = { pending: bigint; young: boolean; barred: boolean }

/** How far a close is. */
export type PeriodStand = {
  /** Budgets up to this account are split; all of them when `split`. */
  cursor: bigint
  split: boolean
  /** Up to this posting what they gave has been delivered. */
  delivered: string
}

/**
 * Begins the close of a period, if nobody has, and reads how far it is.
 *
 * @param lock whoever else closes it waits until this transaction ends
 * @returns how far it is; undefined when it is closed
 * @throws Error when the period is not over, or an earlier one is being closed still
 */
export async function readPeriod(
  tx: Tx,
  period: bigint,
  rules: { version: number; periodSeconds: number },
  { lock }: { lock: boolean },
): Promise<PeriodStand | undefined> {
  await tx.query(
    `insert into periods (number, rule_version, delivered)
     select $1, $2, (substr(t.hex, 1, 8) || '-' || substr(t.hex, 9, 4) || '-0000-0000-000000000000')::uuid
     from (select lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') as hex) t
     where not exists (select from periods where number = $1) on conflict do nothing`,
    [period, rules.version],
  )
  const { rows } = await tx.query(
    `select cursor, split, delivered, status, extract(epoch from now()) >= ($1 + 1) * $2::bigint as over,
       exists (select from periods e where e.number < $1 and e.status = 'closing') as early
     from periods where number = $1 ${lock ? 'for no key update of periods' : ''}`,
    [period, rules.periodSeconds],
  )
  const row = rows[0] as PeriodStand & { status: string; over: boolean; early: boolean }
  if (row.status === 'closed') return undefined
  if (!row.over) throw new Error(`period ${period} is not over`)
  if (row.early) throw new Error(`an earlier period than ${period} is being closed: finish it first`)
  return { cursor: row.cursor, split: row.split, delivered: row.delivered }
}

/**
 * Takes the place of a step that is prepared, until it ends; another worker's with the same beginning waits. It is a lock
 * of the database, as what steps wait for beside it is, so that two workers in each other's way are found out and not
 * left waiting.
 */
export async function takePlace(tx: Tx, period: bigint, after: bigint): Promise<void> {
  await tx.query({
    name: 'take-place',
    text: `select pg_advisory_xact_lock(${PLACE})`,
    values: [period, after],
  })
}

/** Waits until the step that began there has ended. */
export async function waitBehind(tx: Tx, period: bigint, behind: bigint): Promise<void> {
  await tx.query({
    name: 'wait-behind',
    text: `select pg_advisory_xact_lock_shared(${PLACE})`,
    values: [period, behind],
  })
}

const PLACE = `hashtextextended('close ' || $1::bigint || ' ' || $2::bigint, 0)`

/** Locks a period's row: whoever else closes it waits. @returns how far its split is; undefined when that is done */
export async function lockCursor(tx: Tx, period: bigint): Promise<bigint | undefined> {
  const { rows } = await tx.query<{ cursor: bigint; split: boolean }>({
    name: 'lock-cursor',
    text: 'select cursor, split from periods where number = $1 for no key update',
    values: [period],
  })
  return rows[0]!.split ? undefined : rows[0]!.cursor
}

/**
 * The next budgets with money in them, in order of account, so many that their interactions are at most `most`; the first
 * one in any case.
 *
 * @returns also how far it looked, and whether that is everybody
 */
export async function nextBudgets(
  tx: Tx,
  period: bigint,
  cursor: bigint,
  most: number,
): Promise<{ budgets: Budget[]; cursor: bigint; last: boolean }> {
  const { rows } = await tx.query<{ account: bigint; member: string; count: number; newest: bigint }>({
    name: 'next-budgets',
    text: NEXT_BUDGETS,
    values: [period, cursor, cursor + WINDOW, most + 1],
  })
  const { newest } = rows[0]!
  const found = rows.filter((row) => row.account !== null)
  // Cut off at the limit, the last budget may have more interactions than were counted: it is for the next step.
  const isCut = found.reduce((sum, row) => sum + row.count, 0) > most
  const taken = isCut && found.length > 1 ? found.slice(0, -1) : found
  const end = isCut ? taken.at(-1)!.account : cursor + WINDOW
  return {
    budgets: taken.map((row) => ({ account: row.account, memberId: row.member, left: 0n })),
    cursor: end,
    last: !isCut && end >= newest,
  }
}

/** Accounts that are looked through at once: what bounds a step where few have budgets. */
const WINDOW = 50_000n

// Walks the accounts in their order and stops at the limit. A budget without interactions counts as one.
const NEXT_BUDGETS = `
  with one as materialized (
    select b.id, b.ref from ledger.account b
      left join lateral (
        select from interactions i
        where i.period = $1 and i.actor_id = split_part(b.ref, ':', 2)::uuid and i.active limit $4
      ) i on true
    where b.id > $2 and b.id <= $3 and b.balance > 0 and b.ref like 'member:%:budget'
    order by b.id limit $4
  )
  select a.account, a.member, a.count, n.newest
  from (select max(id) as newest from ledger.account) n
    left join (
      select id as account, split_part(ref, ':', 2) as member, count(*)::int as count from one group by id, ref
    ) a on true
  order by a.account`

/** What these budgets hold now. */
export async function readLeft(tx: Tx, budgets: Budget[]): Promise<Budget[]> {
  const { rows } = await tx.query<{ id: bigint; balance: bigint }>({
    name: 'read-left',
    text: 'select id, balance from ledger.account where id = any($1::bigint[])',
    values: [literal(budgets.map((b) => b.account))],
  })
  const left = new Map(rows.map(({ id, balance }) => [id, balance]))
  return budgets.map((b) => ({ ...b, left: left.get(b.account)! })).filter((b) => b.left > 0n)
}

/** Locks the interactions of these members in the period that are on, in the order in which `act` locks them. */
export async function lockInteractions(
  tx: Tx,
  period: bigint,
  members: string[],
): Promise<ClosingInteraction[]> {
  const { rows } = await tx.query<ClosingInteraction>({
    name: 'lock-closing-interactions',
    text: LOCK_INTERACTIONS,
    values: [period, literal(members)],
  })
  return rows
}

// Lateral and limited to one row, each look-up is one walk down an index, whatever the statistics say.
const LOCK_INTERACTIONS = `
  with locked as materialized (
    select i.id, i.actor_id, i.post_id, i.kind, i.via_id, i.sharer_id from interactions i
    where i.period = $1 and i.actor_id = any($2::uuid[]) and i.active
    order by i.actor_id, i.post_id, i.kind::text collate "C" for no key update
  )
  select i.id, i.actor_id as "actorId", i.post_id as "postId", i.kind, i.via_id as "viaId", i.sharer_id as "sharerId",
    p.author_id as "authorId", p.split_members as "splitMembers", p.split_bps as "splitBps",
    r.found is not null as credited
  from locked i
    cross join lateral (select author_id, split_members, split_bps from posts where posts.id = i.post_id limit 1) p
    left join lateral (
      select true as found from receipts where interaction_id = i.id and closing and reversal_id is null limit 1
    ) r on true
  order by i.id`

/** What a close has to know of these members. */
export async function readPeople(
  tx: Tx,
  members: string[],
  youngSeconds: number,
): Promise<Map<string, Person>> {
  const refs = new Map(members.map((id) => [id, memberAccount(id, 'pending')]))
  const accounts = await accountIds(tx, refs.values())
  const { rows } = await tx.query<Omit<Person, 'pending'> & { id: string }>({
    name: 'read-people',
    text: `
      select w.id, m.created_at > now() - make_interval(secs => $2) as young,
        m.suspended_at is not null or m.deleted_at is not null as barred
      from unnest($1::uuid[]) as w (id)
        cross join lateral (select * from members where members.id = w.id limit 1) m`,
    values: [literal(members), youngSeconds],
  })
  return new Map(rows.map((row) => [row.id, { ...row, pending: accounts.get(refs.get(row.id)!)! }]))
}

/** Which of these pairs are blocked, in either direction. */
export async function readBlocked(
  tx: Tx,
  pairs: { payerId: string; receiverId: string }[],
): Promise<{ payerId: string; receiverId: string }[]> {
  const { rows } = await tx.query({
    name: 'read-blocked',
    text: `
      with pair as (select * from unnest($1::uuid[], $2::uuid[]) as p (payer, receiver))
      select payer as "payerId", receiver as "receiverId" from pair
      where (payer, receiver) in (select blocker_id, blocked_id from blocks)
      union
      select payer, receiver from pair where (receiver, payer) in (select blocker_id, blocked_id from blocks)`,
    values: [literal(pairs.map((p) => p.payerId)), literal(pairs.map((p) => p.receiverId))],
  })
  return rows
}

/** @param current the period it is now; undefined: by the database's clock */
export async function readCalendar(db: Pool | Tx, periodSeconds: number): Promise<Calendar> {
  const { rows } = await db.query(
    `with last as (select max(number) as closed from periods where status = 'closed')
     select floor(extract(epoch from now()) / $1::int)::bigint as current, last.closed as "lastClosed",
       (select min(number) from periods where status = 'closing') as closing,
       (select min(period) from interactions i where i.active and i.period > coalesce(last.closed, -1)) as "firstUsed"
     from last`,
    [periodSeconds],
  )
  const { current, lastClosed, closing, firstUsed } = rows[0]
  return {
    current,
    lastClosed: lastClosed ?? undefined,
    closing: closing ?? undefined,
    firstUsed: firstUsed ?? undefined,
  }
}
