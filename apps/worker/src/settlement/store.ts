import type { Leaf } from '@rivulet/contracts'
import type { Pool, Tx } from '@rivulet/db'

export type EpochStatus = 'built' | 'checked' | 'committed' | 'active' | 'settled' | 'voided'

/** An epoch as its row says it; amounts in token units. */
export type EpochRow = {
  number: number
  /** The first, second … build of this number. */
  attempt: number
  status: EpochStatus
  root: string
  payoutRoot: string
  gross: bigint
  authorisedTotal: bigint
  depth: number
  depositsSeen: bigint
  payoutTotal: bigint
  expectedExecuted: string
  dataHash: string
  snapshotBlock: bigint
  /** `readLegs` at the snapshot. */
  snapshotLegs: bigint
  /** `readSnapshot`'s `moment`. */
  snapshot: string
  createdAt: Date
}

export type BatchRow = { index: number; records: string; total: bigint; txHash: string | null }

const COLUMNS = `number, attempt, status, root, payout_root as "payoutRoot", gross, authorised_total as "authorisedTotal", depth,
  deposits_seen as "depositsSeen", payout_total as "payoutTotal", expected_executed as "expectedExecuted",
  data_hash as "dataHash", snapshot_block as "snapshotBlock", snapshot_legs as "snapshotLegs",
  snapshot, created_at as "createdAt"`

/** The newest epoch, settled or not, and its age in seconds by the database's clock. */
export async function lastEpoch(
  db: Pick<Pool, 'query'> | Tx,
): Promise<(EpochRow & { ageSeconds: number }) | undefined> {
  const { rows } = await db.query<EpochRow & { ageSeconds: number }>(
    `select ${COLUMNS}, extract(epoch from clock_timestamp() - created_at)::float8 as "ageSeconds"
     from epochs order by number desc limit 1`,
  )
  return rows[0]
}

/** Which build of a number the next one is: one more than those that were discarded. */
export async function nextAttempt(tx: Tx, number: number): Promise<number> {
  const { rows } = await tx.query<{ attempt: number }>(
    'select coalesce(max(attempt), 0) + 1 as attempt from discarded_epochs where number = $1',
    [number],
  )
  return rows[0]!.attempt
}

/** An epoch's batches, by rising index. */
export async function batchesOf(db: Pick<Pool, 'query'> | Tx, epoch: number): Promise<BatchRow[]> {
  const { rows } = await db.query<BatchRow>(
    'select index, records, total, tx_hash as "txHash" from epoch_batches where epoch = $1 order by index',
    [epoch],
  )
  return rows
}

/** Writes a new epoch down, as built. */
export async function insertEpoch(tx: Tx, e: Omit<EpochRow, 'status' | 'createdAt'>): Promise<void> {
  await tx.query(
    `insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
       expected_executed, data_hash, snapshot_block, snapshot_legs, attempt, snapshot)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      e.number,
      e.root,
      e.payoutRoot,
      e.gross,
      e.authorisedTotal,
      e.depth,
      e.depositsSeen,
      e.payoutTotal,
      e.expectedExecuted,
      e.dataHash,
      e.snapshotBlock,
      e.snapshotLegs,
      e.attempt,
      e.snapshot,
    ],
  )
}

const LEAVES_A_STATEMENT = 10_000

/** Writes an epoch's leaves down, in statements of bounded size. */
export async function insertLeaves(tx: Tx, epoch: number, leaves: readonly Leaf[]): Promise<void> {
  for (let at = 0; at < leaves.length; at += LEAVES_A_STATEMENT) {
    const some = leaves.slice(at, at + LEAVES_A_STATEMENT)
    await tx.query(
      `insert into epoch_leaves (epoch, index, account, authorised, spendable, held, deposited, payout, batch, salt)
       select $1, * from unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
         $8::bigint[], $9::int[], $10::text[])`,
      [
        epoch,
        some.map((l) => l.index),
        some.map((l) => l.account),
        some.map((l) => l.authorised),
        some.map((l) => l.spendable),
        some.map((l) => l.held),
        some.map((l) => l.deposited),
        some.map((l) => l.payout),
        some.map((l) => l.batch),
        some.map((l) => l.salt),
      ],
    )
  }
}

/** Writes an epoch's batches down; their place in the list is their index. `total` in token units. */
export async function insertBatches(
  tx: Tx,
  epoch: number,
  batches: readonly { records: string; total: bigint }[],
): Promise<void> {
  await tx.query(
    `insert into epoch_batches (epoch, index, records, total)
     select $1, i - 1, records, total from unnest($2::text[], $3::bigint[]) with ordinality as b(records, total, i)`,
    [epoch, batches.map((b) => b.records), batches.map((b) => b.total)],
  )
}
