import { newId, notify, type Pool, type Tx } from '@rivulet/db'

/** The one row of transactions that a key sends on a chain, in the order of their nonces. */
export type Lane = {
  chainId: bigint
  /** EIP-55. */
  signer: string
  /** How many transactions of the key the chain has at its latest block. */
  countOnChain(): Promise<number>
}

/** A call without value. */
export type Call = { to: string; data: string; gasLimit: bigint }

/** What the books know of a lane: its last nonce, and the first that nothing was signed for. */
export type LaneRows = { last: number | null; firstUnsigned: number | null }

/**
 * Whether the chain has transactions of the key that the books cannot know: beyond the last nonce, or at one that nothing
 * was signed for. Somebody else has the key, or the books were put back to an older day; either way the next signature
 * could pay something twice. A lane without rows knows nothing, and takes the key as it finds it.
 *
 * @param count asked of the chain before the rows were read: whatever was counted was kept in a row earlier still
 * @returns how they differ, in words
 */
export function unknownUse(count: number, { last, firstUnsigned }: LaneRows): string | undefined {
  if (last === null) return undefined
  const signed = firstUnsigned ?? last + 1
  if (count <= signed) return undefined
  return `the chain has ${count} transactions of the operator's key, the books know of ${signed}: somebody else uses it, or the books are of an older day`
}

export async function readLaneRows(
  db: Pick<Pool, 'query'> | Tx,
  lane: { chainId: bigint; signer: string },
): Promise<LaneRows> {
  const { rows } = await db.query<LaneRows>(
    `select (select max(nonce) from chain_transactions where chain_id = $1 and signer = $2) as last,
            (select min(nonce) from chain_transactions
             where chain_id = $1 and signer = $2 and status = 'reserved') as "firstUnsigned"`,
    [lane.chainId, lane.signer],
  )
  return rows[0] ?? { last: null, firstUnsigned: null }
}

/**
 * Gives a purpose the lane's next nonce, for ever. A nonce once given is never given to anything else.
 * @returns false when the purpose has one already: nothing was done
 * @throws Error when the chain has transactions of the key that the books do not know
 */
export async function reserve(tx: Tx, lane: Lane, purpose: string, call: Call): Promise<boolean> {
  const count = await lane.countOnChain()
  // Two reserve one after the other, so that the second sees the first's row.
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`lane:${lane.chainId}:${lane.signer}`])
  const taken = await tx.query('select from chain_transactions where purpose = $1', [purpose])
  if (taken.rows.length > 0) return false
  const rows = await readLaneRows(tx, lane)
  const unknown = unknownUse(count, rows)
  if (unknown) throw new Error(`no nonce for ${purpose}: ${unknown}`)
  await tx.query(
    `insert into chain_transactions (id, chain_id, signer, nonce, purpose, "to", data, gas_limit)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[newId(), lane.chainId, lane.signer, rows.last === null ? count : rows.last + 1],
      ...[purpose, call.to, call.data, call.gasLimit],
    ],
  )
  await notify(tx, 'sender')
  return true
}
