import type { Tx } from '@rivulet/db'
import { firstIdAt } from '../trending/rules.ts'

/**
 * An interaction's id says when it was made and not when it was committed. So each is looked at twice: soon, from the
 * newest on and some milliseconds back, which may miss what is committed late; and once when it has settled, which misses
 * nothing.
 */
const BACK_MS = 2_000

/** Longest from an id's making to its transaction's number: a transaction ends after 30 s, and the clocks of API and database may differ by as much. */
const SETTLE_MS = 60_000

/** An id of so much later than now is not looked at yet: it would carry the position away with it. */
const AHEAD_MS = 1_000

const MARK_EVERY_MS = 5_000

/** Reactions to look at, by id. */
export type NextReactions = {
  ids: string[]
  /** Those that were taken back or made again since they were made. */
  turned: Set<string>
  /** Interactions that were looked through for them. */
  looked: number
  /** Nothing was left for now. */
  done: boolean
}

type Position = {
  readTo: string
  settledTo: string
  settledUntil: string
  now: number
  markAt: number
  isMarkPassed: boolean
  isMarkForeign: boolean
}

/**
 * Takes the next reactions to look at, and moves on behind them with the transaction: killed before its commit, the next
 * one takes the same. Interactions are read by their primary key alone.
 *
 * @param limit most of each: new, settled and turned
 * @returns undefined while another transaction is at it
 */
export async function nextReactions(tx: Tx, limit: number): Promise<NextReactions | undefined> {
  if (!(await isAlone(tx))) return undefined
  const position = await readPosition(tx)
  const { now, markAt, isMarkPassed, isMarkForeign } = position

  const fresh = await read(tx, position.readTo, firstIdAt(now + AHEAD_MS), limit)
  const isFreshAll = fresh.length < limit
  const newest = fresh.at(-1)?.id ?? position.readTo
  // A full page is gone past, or there would be no end of it; the second look has what it missed.
  const readTo = isFreshAll ? greater(position.readTo, lesser(newest, firstIdAt(now - BACK_MS))) : newest

  const isMarkOld = now - markAt >= MARK_EVERY_MS
  const marks = isMarkForeign || (isMarkPassed && isMarkOld)
  const settledUntil =
    marks && isMarkPassed
      ? greater(position.settledUntil, firstIdAt(markAt - SETTLE_MS))
      : position.settledUntil
  const settled = await read(tx, position.settledTo, settledUntil, limit)
  const isSettledAll = settled.length < limit
  const settledTo = isSettledAll
    ? greater(position.settledTo, settledUntil)
    : (settled.at(-1)?.id ?? settledUntil)

  const turned = await takeTurned(tx, limit)
  if (marks || readTo !== position.readTo || settledTo !== position.settledTo)
    await tx.query(
      `update reaction_position set read_to = $1, settled_to = $2, settled_until = $3,
         mark_at = case when $4 then now() else mark_at end,
         mark_xid = case when $4 then pg_current_xact_id() else mark_xid end`,
      [readTo, settledTo, settledUntil, marks],
    )
  const reactions = [...fresh, ...settled].filter(({ isReaction }) => isReaction).map(({ id }) => id)
  return {
    ids: [...new Set([...reactions, ...turned])],
    turned: new Set(turned),
    looked: fresh.length + settled.length + turned.length,
    done: isFreshAll && isSettledAll && turned.length < limit,
  }
}

const greater = (one: string, other: string) => (one > other ? one : other)
const lesser = (one: string, other: string) => (one < other ? one : other)

/** Until this transaction ends. By no lock of a row: while nothing happens a look writes nothing. */
async function isAlone(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query<{ got: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('reactions told', 0)) as got`,
  )
  return rows[0]!.got
}

/**
 * `mark_xid` was the newest transaction at `mark_at`. When all that are under way are newer, whatever had a number then
 * has ended. A mark ahead of this database's transactions is of another one, whose rows were restored into this.
 */
async function readPosition(tx: Tx): Promise<Position> {
  const { rows } = await tx.query<Position>(
    `select read_to as "readTo", settled_to as "settledTo", settled_until as "settledUntil",
       (extract(epoch from now()) * 1000)::float8 as now, (extract(epoch from mark_at) * 1000)::float8 as "markAt",
       mark_xid < pg_snapshot_xmin(pg_current_snapshot()) as "isMarkPassed",
       mark_xid >= pg_snapshot_xmax(pg_current_snapshot()) as "isMarkForeign"
     from reaction_position`,
  )
  return rows[0]!
}

async function read(
  tx: Tx,
  after: string,
  before: string,
  limit: number,
): Promise<{ id: string; isReaction: boolean }[]> {
  const { rows } = await tx.query<{ id: string; isReaction: boolean }>(
    `select id, kind in ('like', 'repost') as "isReaction" from interactions
     where id > $1 and id < $2 order by id limit $3`,
    [after, before, limit],
  )
  return rows
}

async function takeTurned(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `delete from turned_reactions where id = any (array(
       select id from turned_reactions order by id limit $1 for update skip locked))
     returning interaction_id as id`,
    [limit],
  )
  return rows.map(({ id }) => id)
}
