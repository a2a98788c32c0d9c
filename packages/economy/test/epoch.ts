import type { Pool } from '@rivulet/db'

/** The one batch of the epoch that `openEpoch` makes. */
export const BATCH = { epoch: 1, batch: 0 }

/** An epoch with a batch, for withdrawals to be in: its tree is empty, and it pays nobody. */
export async function openEpoch(pool: Pool): Promise<void> {
  await pool.query(
    `insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
                         expected_executed, data_hash, snapshot_block, snapshot_legs)
     values (1, '0x', '0x', 0, 0, 4, 0, 0, '0x', '0x', 1, 1)`,
  )
  await pool.query(`insert into epoch_batches (epoch, index, records, total) values (1, 0, '0x', 0)`)
}
