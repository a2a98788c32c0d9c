import type { Db } from './connect.ts'

/** Every place there is, by rising index. */
export async function placesOf(
  db: Db,
): Promise<{ index: bigint; address: string; memberId: string | null }[]> {
  const { rows } = await db.query(
    'select index, address, member_id as "memberId" from vault_accounts order by index',
  )
  return rows
}

/** What each address deposited up to a block, in token units. */
export async function depositsOf(db: Db, block: bigint, unit: bigint): Promise<Map<string, bigint>> {
  const { rows } = await db.query<{ account: string; amount: bigint }>(
    `select account, sum(amount)::bigint as amount from chain_events
     where kind = 'deposit' and block_number <= $1 group by account`,
    [block],
  )
  return new Map(rows.map((row) => [row.account, row.amount / unit]))
}

/** The places with an exit request that was open at a block. */
export async function openExits(db: Db, block: bigint): Promise<Set<bigint>> {
  const { rows } = await db.query<{ index: bigint }>(
    `select index from exit_requests
     where opened_block <= $1 and (resolved_block is null or resolved_block > $1)`,
    [block],
  )
  return new Set(rows.map((row) => row.index))
}

/** Whose money a campaign's is, by campaign. */
export async function sponsorsOf(db: Db): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; sponsor: string }>(
    'select id, sponsor_id as sponsor from campaigns',
  )
  return new Map(rows.map((row) => [row.id, row.sponsor]))
}

/** A leaf as its row says it; amounts in token units. */
export type LeafRow = {
  index: bigint
  account: string
  authorised: bigint
  spendable: bigint
  held: bigint
  payout: bigint
  batch: number
  deposited: bigint
  salt: string
}

export async function leafRows(db: Db, epoch: number): Promise<Map<bigint, LeafRow>> {
  const { rows } = await db.query<LeafRow>(
    `select index, account, authorised, spendable, held, payout, batch, deposited, salt
     from epoch_leaves where epoch = $1 order by index`,
    [epoch],
  )
  return new Map(rows.map((row) => [row.index, row]))
}

export async function batchRows(db: Db, epoch: number): Promise<{ records: string; total: bigint }[]> {
  const { rows } = await db.query<{ records: string; total: bigint }>(
    'select records, total from epoch_batches where epoch = $1 order by index',
    [epoch],
  )
  return rows
}
