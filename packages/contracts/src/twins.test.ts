import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Story, tellStory } from '../test/story.ts'
import { batchHash, packPayouts } from './batch.ts'
import { encodeMint } from './dollar.ts'
import { type Leaf, leafHash, leafSum } from './leaf.ts'
import { proofFrom, proofNeeds } from './stored-proof.ts'
import { STEP } from './sum-tree.ts'
import { SumTreeBuilder, type TreeNode } from './tree-builder.ts'
import { encodeClaim, encodeExecuteBatch, vaultContract, vaultInterface } from './vault.ts'

// What is computed here and what the contract computes, for inputs that nobody chose.

let story: Story

beforeAll(async () => {
  story = await tellStory({ challengeDelaySeconds: 0, outflowBps: 10_000 })
  await story.send('owner', story.token, encodeMint(story.vault, 1n << 100n))
})

afterAll(() => story?.stop())

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => `0x${Buffer.from(b).toString('hex')}`)
const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: (1n << bits) - 1n })
const amounts = (bits: bigint) => ({
  authorised: uint(bits),
  spendable: uint(bits),
  held: uint(bits),
  payout: uint(bits),
  deposited: uint(bits),
})
const anyLeaf: fc.Arbitrary<Leaf> = fc.record({
  index: uint(64n),
  account: hex(20),
  batch: fc.integer({ min: 0, max: 65_535 }),
  salt: hex(32),
  ...amounts(128n),
})

test('leafHash is what the contract says', async () => {
  const vault = vaultContract(story.vault, story.chain.provider)
  await fc.assert(
    fc.asyncProperty(anyLeaf, async (leaf) => {
      expect(leafHash(story.domain, leaf)).toBe(await vault.getFunction('leafHash')(leaf))
    }),
    { numRuns: 60 },
  )
})

test('packed records and batchHash are what the contract says', async () => {
  const vault = vaultContract(story.vault, story.chain.provider)
  const payout = fc.record({ account: hex(20), amount: fc.bigInt({ min: 1n, max: (1n << 96n) - 1n }) })
  const batch = fc.tuple(fc.array(payout, { minLength: 1, maxLength: 20 }), fc.nat(2 ** 31), fc.nat(254))
  await fc.assert(
    fc.asyncProperty(batch, async ([payouts, number, index]) => {
      const records = packPayouts(payouts)
      const hash = await vault.getFunction('batchHash')(number, index, records)
      expect(batchHash(story.domain, number, index, records)).toBe(hash)
    }),
    { numRuns: 40 },
  )
})

/** Leaves of a tree by rising index, with gaps; everybody has something to claim. */
const forest = fc.oneof(fc.integer({ min: 0, max: 7 }), fc.constant(40)).chain((depth) =>
  fc
    .uniqueArray(uint(BigInt(depth)), { minLength: 1, maxLength: 12 })
    .map((indices) => indices.sort((a, b) => Number(a - b)))
    .chain((indices) =>
      fc.tuple(
        fc.constant(depth),
        fc.tuple(
          ...indices.map((index) =>
            fc.record({
              index: fc.constant(index),
              account: hex(20).filter((account) => BigInt(account) > 0xffffn),
              batch: fc.integer({ min: 0, max: 254 }),
              salt: hex(32),
              ...amounts(90n),
              authorised: fc.bigInt({ min: 1n, max: 1n << 90n }),
              payout: fc.constant(0n),
              deposited: fc.constant(0n),
            }),
          ),
        ),
      ),
    ),
)

/** The tree as the builder makes it of leaves that come one by one, with proofs of what is kept of it. */
function streamed(depth: number, leaves: Leaf[]) {
  const nodes: TreeNode[] = []
  const builder = new SumTreeBuilder(depth, { from: 8, keep: (node) => nodes.push(node) })
  const places = leaves.map((leaf) => {
    const place = { index: leaf.index, hash: leafHash(story.domain, leaf), sum: leafSum(leaf) }
    builder.add(place)
    return place
  })
  const proof = (index: bigint) => {
    const { first, end } = proofNeeds(index, depth)
    const block = places.filter((place) => place.index >= first && place.index < end)
    return proofFrom(index, depth, block, nodes)
  }
  return { ...builder.finish(), proof }
}

test('every leaf of a committed tree is proven to the contract, and no other', async () => {
  const { chain, plan, settle, refusal } = story
  await fc.assert(
    fc.asyncProperty(forest, fc.nat(), async ([depth, leaves], bit) => {
      const planned = plan(1, depth, leaves)
      const { root, total, proof: proofOf } = streamed(depth, leaves)
      expect({ root, total }).toEqual({ root: planned.epoch.root, total: planned.epoch.gross })
      await chain.undone(async () => {
        await settle(1, planned)
        for (const leaf of leaves) {
          const proof = proofOf(leaf.index)
          expect(await refusal('carol', encodeClaim(leaf, proof, leaf.account))).toBe(null)
          const forged = { ...leaf, authorised: leaf.authorised + 1n }
          expect(await refusal('carol', encodeClaim(forged, proof, leaf.account))).toMatchObject({
            name: 'InvalidProof',
          })
        }
        const [leaf] = leaves
        if (depth === 0 || leaf === undefined) return
        const bytes = Buffer.from(planned.tree.proof(leaf.index).slice(2), 'hex')
        bytes[Math.floor(bit / 8) % bytes.length]! ^= 1 << (bit % 8)
        const broken = await refusal('carol', encodeClaim(leaf, `0x${bytes.toString('hex')}`, leaf.account))
        expect(broken?.name).toMatch(/^(InvalidProof|MalformedProof)$/)
        const short = planned.tree.proof(leaf.index).slice(0, -2 * STEP)
        expect(await refusal('carol', encodeClaim(leaf, short, leaf.account))).toMatchObject({
          name: 'InvalidProof',
        })
      })
    }),
    { numRuns: 15 },
  )
})

test('the empty place of an account left out is proven to the contract', async () => {
  const { chain, vault, plan, settle, send, leaf } = story
  for (const [depth, index] of [
    [1, 1n],
    [3, 5n],
    [20, 700_000n],
  ] as const) {
    await chain.undone(async () => {
      const first = plan(1, depth, [leaf('alice', 0n, { held: 5n }), leaf('bob', index, { held: 7n })])
      await settle(1, first)
      const without = plan(2, depth, [leaf('alice', 0n, { held: 12n })])
      await send('operator', vault, story.commitData(2, without))
      const challenge = vaultInterface.encodeFunctionData('challengeOmission', [
        ...[first.leaves[1], first.tree.proof(index), without.tree.proof(index)],
      ])
      expect(await send('carol', vault, challenge)).toMatchObject([{ name: 'EpochVoided', number: 2 }])
    })
  }
})

test('every batch of an epoch is proven to the contract, however many there are', async () => {
  const { chain, plan, settle, refusal, leaf } = story
  for (const count of [1, 2, 3, 5, 8, 255]) {
    const batches = Array.from({ length: count }, (_, i) => [
      { account: story.address('bob'), amount: BigInt(i + 1) },
    ])
    const total = BigInt((count * (count + 1)) / 2)
    const planned = plan(1, 1, [leaf('bob', 1n, { payout: total })], batches)
    await chain.undone(async () => {
      await settle(1, planned)
      for (let index = 0; index < count; index += count > 8 ? 50 : 1) {
        const call = { index, records: planned.records[index]!, proof: planned.payouts.proof(index) }
        expect(await refusal('carol', encodeExecuteBatch(call))).toBe(null)
        const elsewhere = { ...call, index: index + 1 < 255 ? index + 1 : 0 }
        expect(await refusal('carol', encodeExecuteBatch(elsewhere))).toMatchObject({ name: 'InvalidProof' })
      }
    })
  }
})
