import { buildSumTree, domainSeparator, type Leaf, leafHash, leafSum } from '@rivulet/contracts'
import { expect, test } from 'vitest'
import type { ChainState, LeafProof } from './chain-state.ts'
import { type Known, verifyProof } from './verify-proof.ts'

const CHAIN = 31_337
const VAULT = `0x${'4e'.repeat(20)}`
const DEPTH = 5

const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`
const salt = (n: number) => `0x${n.toString(16).padStart(64, '0')}`

/** The tree of an epoch: alice is at place 5, among others; 7 is empty. */
const domain = domainSeparator(CHAIN, VAULT)
const leaves = [0, 1, 2, 3, 4, 5, 6, 8].map((place): Leaf => {
  const units = BigInt(place) * 1_000_000n
  const money = { authorised: units, spendable: 2n * units + 1n, held: 3n * units, payout: 4n, deposited: 9n }
  return { index: BigInt(place), account: address(place + 100), ...money, batch: 1, salt: salt(place + 7) }
})
const tree = buildSumTree(
  leaves.map((one) => ({ index: one.index, hash: leafHash(domain, one), sum: leafSum(one) })),
  DEPTH,
)
const ALICE = address(105)
const leaf = leaves.find(({ account }) => account === ALICE)!

const told: LeafProof = {
  ...{ epoch: 12, status: 'active', chainId: CHAIN, vault: VAULT, root: tree.root, proof: tree.proof(5n) },
  leaf: {
    ...{ account: ALICE, batch: 1, salt: leaf.salt, index: '5', payout: '4', deposited: '9' },
    ...{ authorised: '5000000', spendable: '10000001', held: '15000000' },
  },
}
// By hand: six times the sum of the places in millions, and one for each of eight leaves.
const GROSS = 6n * (1n + 2n + 3n + 4n + 5n + 6n + 8n) * 1_000_000n + 8n
const chain: ChainState = {
  ...{ block: 77, token: address(1), number: 12, isFrozen: false, claimed: 0n },
  ...{ reserves: GROSS + 5n, outstanding: GROSS + 5n },
  epoch: { root: tree.root, gross: GROSS, depth: DEPTH },
}
const known: Known = {
  ...{ account: ALICE, chainId: CHAIN, vault: VAULT, chain, decimals: 6, symbol: 'tUSD' },
  hashOnChain: leafHash(domain, leaf),
}

/** The steps that failed. */
const failed = (of: LeafProof = told, by: Partial<Known> = {}) =>
  verifyProof(of, { ...known, ...by }).flatMap(({ id, isOk }) => (isOk ? [] : id))
const onChain = (other: Partial<ChainState>) => failed(told, { chain: { ...chain, ...other } })
const withLeaf = (other: Partial<LeafProof['leaf']>) => failed({ ...told, leaf: { ...told.leaf, ...other } })

/** A text with one of its hex digits changed. */
function flipped(hex: string, at: number): string {
  const place = at < 0 ? hex.length + at : at
  return hex.slice(0, place) + (hex[place] === '0' ? '1' : '0') + hex.slice(place + 1)
}

test("alice's leaf is in the tree that the vault was told of", () => {
  expect(failed()).toEqual([])
  expect(verifyProof(told, known)[3]!.text).toContain('174.000008 tUSD')
})

test.each(['index', 'authorised', 'spendable', 'held', 'payout', 'deposited'] as const)(
  'a leaf whose %s is another fails, also where the vault was asked for the hash of that one',
  (field) => {
    for (const by of [-1n, 1n, 1n << 39n]) {
      const value = BigInt(told.leaf[field]) + by
      expect(withLeaf({ [field]: String(value) }), String(value)).toEqual(
        expect.arrayContaining(['leaf', 'path', 'root']),
      )
      if (value < 0n) continue
      const hashOnChain = leafHash(domain, { ...leaf, [field]: value })
      const other = { ...told, leaf: { ...told.leaf, [field]: String(value) } }
      expect(failed(other, { hashOnChain })).toEqual(expect.arrayContaining(['path', 'root']))
    }
  },
)

test('so does one of another batch, another salt, or what is no leaf', () => {
  const others = [{ batch: 2 }, { salt: flipped(leaf.salt, -1) }, { spendable: 'much' }, { held: '-1' }]
  for (const other of others)
    expect(withLeaf(other), JSON.stringify(other)).toEqual(expect.arrayContaining(['leaf', 'path', 'root']))
  expect(withLeaf({ account: address(106) })).toContain('leaf')
  // Money that is moved within the leaf adds up as before.
  expect(withLeaf({ spendable: '10000000', held: '15000001' })).toContain('root')
})

test("her neighbour's leaf, which is in the tree, is not hers", () => {
  const bob = leaves.find(({ index }) => index === 4n)!
  const his = Object.fromEntries(
    Object.entries(bob).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  ) as LeafProof['leaf']
  const of = { ...told, leaf: his, proof: tree.proof(4n) }
  expect(failed(of, { hashOnChain: leafHash(domain, bob) })).toEqual(['leaf'])
})

test('each digit of the path counts, and so does its length', () => {
  for (let at = 2; at < told.proof.length; at++)
    expect(failed({ ...told, proof: flipped(told.proof, at) }).length, String(at)).toBeGreaterThan(0)
  const lower = `0x${told.proof.slice(2 + 96)}`
  for (const proof of [lower, told.proof.slice(0, -96), told.proof + '00'.repeat(48), '0x', 'no'])
    expect(failed({ ...told, proof })).toEqual(['path', 'root', 'sum'])
})

test('another root, whether the server tells it or the vault has it; and another epoch', () => {
  expect(failed({ ...told, root: flipped(tree.root, -1) })).toEqual(['path'])
  expect(onChain({ epoch: { ...chain.epoch, root: flipped(tree.root, -1) } })).toEqual(['root'])
  expect(failed({ ...told, epoch: 11 })).toEqual(['root'])
})

test('another vault or chain', () => {
  expect(failed({ ...told, vault: address(9) })).toEqual(['leaf'])
  expect(failed({ ...told, chainId: 1 })).toEqual(['leaf'])
  const other = { ...told, vault: address(9) }
  expect(failed(other, { vault: address(9) })).toEqual(expect.arrayContaining(['leaf', 'path', 'root']))
})

test('a sum, a depth, a hash and reserves on the chain that are not what they should be', () => {
  expect(onChain({ epoch: { ...chain.epoch, gross: GROSS + 1n } })).toEqual(['sum'])
  expect(onChain({ epoch: { ...chain.epoch, depth: 6 } })).toEqual(['path', 'root', 'sum'])
  expect(failed(told, { hashOnChain: flipped(known.hashOnChain, -1) })).toEqual(['leaf'])
  expect(onChain({ reserves: GROSS + 4n })).toEqual(['reserves'])
  expect(onChain({ reserves: GROSS - 1n, outstanding: 0n })).toEqual(['reserves'])
  expect(onChain({ reserves: GROSS - 1n, outstanding: 0n, claimed: 1n })).toEqual([])
})
