import { domainSeparator, type Leaf, leafHash, leafProof, leafSum, verifyPlace } from '@rivulet/contracts'
import { createPool, withTransaction } from '@rivulet/db'
import { keptTree } from '@rivulet/economy'
import { testDatabase } from '@rivulet/stack'
import { hexlify, randomBytes } from 'ethers'
import { expect, test } from 'vitest'
import { publishTree, sinkInto } from '../src/settlement/publish.ts'
import { insertEpoch } from '../src/settlement/store.ts'

const VAULT = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const DEPTH = 14
/** Every fifth place of 15,000: some of what proofs need is empty, and the last 1,384 places are. */
const leaves = Array.from(
  { length: 3_000 },
  (_, i): Leaf => ({
    ...{ index: 5n * BigInt(i), account: VAULT, authorised: BigInt(i), spendable: 7n, held: 2n },
    ...{ payout: 0n, batch: 0, deposited: 1n, salt: hexlify(randomBytes(32)) },
  }),
)

test('a leaf of a large epoch is proven from 256 places and a node a level, as the epoch was written down', async () => {
  const database = await testDatabase()
  const pool = createPool(database.url, { max: 4 })
  try {
    const domain = domainSeparator(31337n, VAULT)
    const { root, gross } = await withTransaction(pool, async (tx) => {
      await insertEpoch(tx, {
        ...{ number: 1, attempt: 1, payoutRoot: '', authorisedTotal: 0n, depth: DEPTH, depositsSeen: 0n },
        ...{ payoutTotal: 0n, expectedExecuted: '', snapshotBlock: 0n, snapshotLegs: 0n, snapshot: '' },
      })
      const head = { chainId: 31337n, vault: VAULT, number: 1, depth: DEPTH }
      return publishTree({ head, domain, leaves, records: [] }, async () => new Map(), sinkInto(tx, 1))
    })
    // 0 + 1 + … + 2,999, and 9 a leaf.
    expect(gross).toBe(4_498_500n + 27_000n)

    const kept = keptTree(pool, 1)
    const read = { leaves: 0, nodes: 0 }
    const counted = {
      leaves: async (first: bigint, end: bigint) => {
        const found = await kept.leaves(first, end)
        read.leaves = Math.max(read.leaves, found.length)
        return found
      },
      nodes: async (at: Parameters<typeof kept.nodes>[0]) => {
        const found = await kept.nodes(at)
        read.nodes = Math.max(read.nodes, found.length)
        return found
      },
    }
    for (const leaf of [0, 1, 51, 52, 1_777, 2_999].map((i) => leaves[i]!)) {
      const proven = (await leafProof(domain, DEPTH, leaf.index, counted))!
      expect(proven.leaf).toEqual(leaf)
      const place = { index: leaf.index, hash: leafHash(domain, leaf), sum: leafSum(leaf) }
      expect(verifyPlace({ root, total: gross, depth: DEPTH }, place, proven.proof)).toBe(true)
    }
    // Of 256 places every fifth is taken, and 14 - 8 levels are above them.
    expect(read).toEqual({ leaves: 52, nodes: 6 })

    for (const nowhere of [1n, 14_996n, 1n << 14n, -1n])
      expect(await leafProof(domain, DEPTH, nowhere, kept)).toBeUndefined()
    expect(await leafProof(domain, DEPTH, 5n, keptTree(pool, 2))).toBeUndefined()
  } finally {
    await pool.end()
    await database.close()
  }
})
