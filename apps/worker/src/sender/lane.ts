import { newId, notify, type Tx } from '@rivulet/db'

/** The one row of transactions that a key sends on a chain, in the order of their nonces. */
export type Lane = {
  chainId: bigint
  /** EIP-55. */
  signer: string
  /** How many transactions the key has sent before the lane had a row: asked once in the life of a lane. */
  countOnChain(): Promise<number>
}

/** A call without value. */
export type Call = { to: string; data: string; gasLimit: bigint }

/**
 * Gives a purpose the lane's next nonce, for ever. A nonce once given is never given to anything else.
 * @returns false when the purpose has one already: nothing was done
 */
export async function reserve(tx: Tx, lane: Lane, purpose: string, call: Call): Promise<boolean> {
  // Two reserve one after the other, so that the second sees the first's row.
  await tx.query('select pg_advisory_xact_lock(hashtext($1))', [`lane:${lane.chainId}:${lane.signer}`])
  const taken = await tx.query('select from chain_transactions where purpose = $1', [purpose])
  if (taken.rows.length > 0) return false
  const last = await tx.query<{ nonce: number | null }>(
    'select max(nonce) as nonce from chain_transactions where chain_id = $1 and signer = $2',
    [lane.chainId, lane.signer],
  )
  const before = last.rows[0]?.nonce ?? null
  const nonce = before === null ? await lane.countOnChain() : before + 1
  await tx.query(
    `insert into chain_transactions (id, chain_id, signer, nonce, purpose, "to", data, gas_limit)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [newId(), lane.chainId, lane.signer, nonce, purpose, call.to, call.data, call.gasLimit],
  )
  await notify(tx, 'sender')
  return true
}
