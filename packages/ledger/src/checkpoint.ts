import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable } from './queryable.ts'

/** The state of every account after all transfers up to a position. It never changes once it is taken. */
export type Checkpoint = {
  /** Position in the book, 0 when there is none yet. */
  upto: bigint
  /** When it was taken, by the database's clock; absent when there is none yet. */
  takenAt?: Date
}

/** The last checkpoint, from which an audit goes on. */
export async function lastCheckpoint(db: Queryable): Promise<Checkpoint> {
  const { rows } = await db.query(LAST, [])
  return rows[0] ? { upto: BigInt(rows[0].upto), takenAt: rows[0].taken_at } : { upto: 0n }
}

/**
 * What came of taking a checkpoint.
 *
 * - `taken` with the number of transfers since the one before
 * - `nothing_new` no transfer since the last one, which is the answer
 * - `unsettled` a transaction was at work for longer than the patience; nothing is lost by trying again later
 */
export type TakenCheckpoint =
  | { outcome: 'taken'; upto: bigint; transfers: bigint }
  | { outcome: 'nothing_new' | 'unsettled'; upto: bigint }

const LOOK_EVERY_MS = 50

/**
 * Takes a checkpoint of all that is posted now. Posting goes on meanwhile.
 *
 * The newest position is noted first. It has settled when every transaction that was writing then is over, whether here
 * or in another database of the cluster; only then is each transfer up to it either there or never to be.
 *
 * @param db a pool: each statement has to be a transaction of its own
 * @param patienceMs how long to wait for those transactions
 */
export async function takeCheckpoint(
  db: Queryable,
  { patienceMs = 10_000 }: { patienceMs?: number } = {},
): Promise<TakenCheckpoint> {
  await db.query('select ledger.note_checkpoint()', [])
  const until = Date.now() + patienceMs
  for (;;) {
    const { outcome, upto, transfers } = (await db.query(TAKE, [])).rows[0]
    if (outcome === 'taken') return { outcome, upto: BigInt(upto), transfers: BigInt(transfers) }
    if (outcome === 'nothing_new' || Date.now() >= until) return { outcome, upto: BigInt(upto) }
    await sleep(LOOK_EVERY_MS)
  }
}

// By the number and not by its text, which is what the bare name would mean.
const LAST = 'select c.upto::text, c.taken_at from ledger.checkpoint c order by c.upto desc limit 1'
const TAKE = 'select outcome, upto::text, transfers::text from ledger.take_checkpoint()'
