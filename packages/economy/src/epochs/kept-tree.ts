import type { Pool } from '@rivulet/db'

/** A place of an epoch's tree, amounts in token units. */
export type KeptLeaf = {
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

/** A node above the leaves: hash and sum of what is under it. */
export type KeptNode = { level: number; index: bigint; hash: string; sum: bigint }

/** What is kept of an epoch's tree, to be read piece by piece; nothing, once it is pruned. */
export function keptTree(db: Pick<Pool, 'query'>, epoch: number) {
  return {
    /** The leaves from `first` up to, not including, `end`, by rising index. */
    async leaves(first: bigint, end: bigint): Promise<KeptLeaf[]> {
      const { rows } = await db.query<KeptLeaf>(
        `select index, account, authorised, spendable, held, payout, batch, deposited, salt from epoch_leaves
         where epoch = $1 and index >= $2 and index < $3 order by index`,
        [epoch, first, end],
      )
      return rows
    },

    /** The nodes at these positions that are not empty, in any order. */
    async nodes(at: readonly Pick<KeptNode, 'level' | 'index'>[]): Promise<KeptNode[]> {
      if (at.length === 0) return []
      const { rows } = await db.query<KeptNode>(
        `select level, index, hash, sum from epoch_nodes
         where epoch = $1 and (level, index) in (select * from unnest($2::int[], $3::bigint[]))`,
        [epoch, at.map((node) => node.level), at.map((node) => node.index)],
      )
      return rows
    },
  }
}
