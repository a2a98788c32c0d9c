import type { Pool, Tx } from '@rivulet/db'

/** The last final block that is booked. */
export type Cursor = { number: number; hash: string }

/** How far a chain is booked; undefined before the first block. */
export async function readCursor(pool: Pool, chainId: bigint): Promise<Cursor | undefined> {
  const { rows } = await pool.query<{ number: bigint; hash: string }>(
    'select block_number as number, block_hash as hash from chain_cursor where chain_id = $1',
    [chainId],
  )
  return rows[0] && { number: Number(rows[0].number), hash: rows[0].hash }
}

/** Begins at a block, unless somebody has begun. */
export async function beginCursor(pool: Pool, chainId: bigint, at: Cursor): Promise<void> {
  await pool.query(
    'insert into chain_cursor (chain_id, block_number, block_hash) values ($1, $2, $3) on conflict do nothing',
    [chainId, at.number, at.hash],
  )
}

/**
 * Moves the cursor, if it is still where it was read: whoever books next waits here, and finds that it has moved.
 * Comes first in the transaction that books what lies between.
 */
export async function moveCursor(tx: Tx, chainId: bigint, from: Cursor, to: Cursor): Promise<boolean> {
  const moved = await tx.query(
    `update chain_cursor set block_number = $4, block_hash = $5, updated_at = now()
     where chain_id = $1 and block_number = $2 and block_hash = $3 returning chain_id`,
    [chainId, from.number, from.hash, to.number, to.hash],
  )
  return moved.rows.length === 1
}

/** The number of the last booked block, which stays so until this transaction ends; undefined before the first. */
export async function lockCursor(tx: Tx, chainId: bigint): Promise<number | undefined> {
  const { rows } = await tx.query<{ number: bigint }>(
    'select block_number as number from chain_cursor where chain_id = $1 for update',
    [chainId],
  )
  return rows[0] && Number(rows[0].number)
}
