import { leafProof, type ProvenLeaf } from '@rivulet/contracts'
import type { Pool } from '@rivulet/db'
import { keptTree } from '@rivulet/economy'

/** An epoch as its row says it; amounts in token units. */
export type EpochRow = {
  number: number
  attempt: number
  status: 'built' | 'checked' | 'committed' | 'active' | 'settled' | 'voided'
  root: string
  payoutRoot: string
  gross: bigint
  authorisedTotal: bigint
  depth: number
  depositsSeen: bigint
  payoutTotal: bigint
  dataHash: string
  snapshotBlock: bigint
  createdAt: Date
  settledAt: Date | null
}

const COLUMNS = `number, attempt, status, root, payout_root as "payoutRoot", gross, authorised_total as "authorisedTotal",
  depth, deposits_seen as "depositsSeen", payout_total as "payoutTotal", data_hash as "dataHash",
  snapshot_block as "snapshotBlock", created_at as "createdAt", settled_at as "settledAt"`

/** Epochs below a number, newest first. */
export async function epochsBefore(pool: Pool, before: number | null, take: number): Promise<EpochRow[]> {
  const { rows } = await pool.query<EpochRow>(
    `select ${COLUMNS} from epochs where $1::int is null or number < $1 order by number desc limit $2`,
    [before, take],
  )
  return rows
}

export async function findEpoch(pool: Pool, number: number): Promise<EpochRow | undefined> {
  const { rows } = await pool.query<EpochRow>(`select ${COLUMNS} from epochs where number = $1`, [number])
  return rows[0]
}

export type BatchRow = { index: number; records: string; total: bigint; txHash: string | null }

export async function batchesOf(pool: Pool, epoch: number): Promise<BatchRow[]> {
  const { rows } = await pool.query<BatchRow>(
    'select index, records, total, tx_hash as "txHash" from epoch_batches where epoch = $1 order by index',
    [epoch],
  )
  return rows
}

/** A purpose is repeated as `…#2` after it failed. */
const REPEATS = 9

/** The transactions of ours that committed and activated an epoch, once they are final. */
export async function transactionsOf(
  pool: Pool,
  { number, attempt }: Pick<EpochRow, 'number' | 'attempt'>,
): Promise<{ commit: string | null; activate: string | null }> {
  const name = attempt > 1 ? `epoch:${number}/${attempt}` : `epoch:${number}`
  const purposes = (what: string) =>
    Array.from({ length: REPEATS }, (_, i) => (i === 0 ? `${name}:${what}` : `${name}:${what}#${i + 1}`))
  const { rows } = await pool.query<{ commit: string | null; activate: string | null }>(
    `select max(hash) filter (where purpose = any($1)) as commit,
            max(hash) filter (where purpose = any($2)) as activate
     from chain_transactions where purpose = any($1 || $2) and status = 'final' and succeeded`,
    [purposes('commit'), purposes('activate')],
  )
  return rows[0]!
}

/** Bytes of an epoch's leaf file, and how many parts it has; none when it was pruned. */
export async function fileOf(pool: Pool, epoch: number): Promise<{ parts: number; bytes: bigint }> {
  const { rows } = await pool.query<{ parts: number; bytes: bigint }>(
    `select count(*)::int as parts, coalesce(sum(octet_length(text)), 0)::bigint as bytes
     from epoch_file_parts where epoch = $1`,
    [epoch],
  )
  return rows[0]!
}

/** An epoch's leaf file, part by part. Throws where it is pruned meanwhile: half a file must not look like a whole one. */
export async function* filePartsOf(pool: Pool, epoch: number, parts: number): AsyncGenerator<string> {
  for (let part = 0; part < parts; part++) {
    const { rows } = await pool.query<{ text: string }>(
      'select text from epoch_file_parts where epoch = $1 and part = $2',
      [epoch, part],
    )
    if (!rows[0]) throw new Error(`part ${part} of epoch ${epoch} is gone`)
    yield rows[0].text
  }
}

/** A member's own leaf in an epoch and its proof; nothing when the member has none there, or it was pruned. */
export async function proofOf(
  pool: Pool,
  domain: string,
  { number, depth }: Pick<EpochRow, 'number' | 'depth'>,
  memberId: string,
): Promise<ProvenLeaf | undefined> {
  const { rows } = await pool.query<{ index: bigint }>(
    'select index from vault_accounts where member_id = $1',
    [memberId],
  )
  return rows[0] && leafProof(domain, depth, rows[0].index, keptTree(pool, number))
}
