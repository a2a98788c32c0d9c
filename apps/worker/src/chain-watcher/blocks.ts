import type { Pool, Tx } from '@rivulet/db'

/** A block by number and hash. */
export type BlockId = { number: number; hash: string }

export type LinkedBlock = BlockId & { parentHash: string }

/** The highest block that is stored. */
export async function topBlock(db: Pick<Pool, 'query'> | Tx, chainId: bigint): Promise<BlockId | undefined> {
  const [top] = await blocksDown(db, chainId, { to: 0, most: 1 })
  return top
}

/** Stored blocks, highest first: those from `to` to `from`, and no more than `most`. */
export async function blocksDown(
  db: Pick<Pool, 'query'> | Tx,
  chainId: bigint,
  { from, to, most }: { from?: number; to: number; most?: number },
): Promise<BlockId[]> {
  const { rows } = await db.query<{ number: bigint; hash: string }>(
    `select number, hash from chain_blocks
     where chain_id = $1 and number >= $2 and ($3::bigint is null or number <= $3) order by number desc limit $4`,
    [chainId, to, from ?? null, most ?? null],
  )
  return rows.map(({ number, hash }) => ({ number: Number(number), hash }))
}

/** Deletes the blocks above one, and what was seen in them. */
export async function dropAbove(tx: Tx, chainId: bigint, number: number): Promise<void> {
  await tx.query('delete from seen_deposits where chain_id = $1 and block_number > $2', [chainId, number])
  await tx.query('delete from chain_blocks where chain_id = $1 and number > $2', [chainId, number])
}

/** Forgets the blocks below one: they are final for so long that nobody asks for them. */
export async function forgetBelow(tx: Tx, chainId: bigint, number: number): Promise<void> {
  await tx.query('delete from chain_blocks where chain_id = $1 and number < $2', [chainId, number])
}

export async function insertBlocks(tx: Tx, chainId: bigint, blocks: readonly LinkedBlock[]): Promise<void> {
  await tx.query(
    `insert into chain_blocks (chain_id, number, hash, parent_hash)
     select $1, * from unnest($2::bigint[], $3::text[], $4::text[])`,
    [chainId, blocks.map((b) => b.number), blocks.map((b) => b.hash), blocks.map((b) => b.parentHash)],
  )
}

/**
 * Compares blocks with those that are stored at their numbers; one that is not stored is no objection.
 * @throws Error when one is another than the stored: the chain has changed between the two answers
 */
export async function requireStored(tx: Tx, chainId: bigint, blocks: readonly BlockId[]): Promise<void> {
  const { rows } = await tx.query<{ number: bigint; hash: string; stored: string }>(
    `select number, b.hash, s.hash as stored from unnest($2::bigint[], $3::text[]) b(number, hash)
     join chain_blocks s using (number) where s.chain_id = $1 and s.hash <> b.hash order by number limit 1`,
    [chainId, blocks.map((b) => b.number), blocks.map((b) => b.hash)],
  )
  const [other] = rows
  if (other)
    throw new Error(`block ${other.number} was ${other.stored} when it was followed and is ${other.hash}`)
}
