import { buildSumTree, type Leaf, leafHash, leafSum } from '@rivulet/contracts'
import type { Pool } from '@rivulet/db'

/**
 * Leaf and proof of a place in an epoch, ready for the vault; undefined where there is none. Reads every leaf of the
 * epoch, so it is for the few that the worker serves itself.
 */
export async function leafProof(
  pool: Pool,
  domain: string,
  epoch: { number: number; depth: number },
  index: bigint,
): Promise<{ leaf: Leaf; proof: string } | undefined> {
  const { rows: leaves } = await pool.query<Leaf>(
    `select index, account, authorised, spendable, held, payout, batch, deposited, salt
     from epoch_leaves where epoch = $1 order by index`,
    [epoch.number],
  )
  const leaf = leaves.find((one) => one.index === index)
  if (!leaf) return undefined
  const places = leaves.map((one) => ({
    index: one.index,
    hash: leafHash(domain, one),
    sum: leafSum(one),
  }))
  return { leaf, proof: buildSumTree(places, epoch.depth).proof(index) }
}
