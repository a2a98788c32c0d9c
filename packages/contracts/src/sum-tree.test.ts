import { solidityPackedKeccak256, ZeroHash } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildSumTree, climb, type Place, STEP, verifyPlace } from './sum-tree.ts'

type Node = { hash: string; sum: bigint }

const hashOf = (n: number) => `0x${n.toString(16).padStart(64, '0')}`

/** The tree the plain way: every place of every level. */
function plainRoot(places: Place[], depth: number): Node {
  let level: Node[] = Array.from({ length: 2 ** depth }, (_, i) => {
    const place = places.find(({ index }) => index === BigInt(i))
    return { hash: place?.hash ?? ZeroHash, sum: place?.sum ?? 0n }
  })
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => {
      const [left, right] = [level[2 * i]!, level[2 * i + 1]!]
      const types = ['bytes32', 'uint128', 'bytes32', 'uint128']
      const hash = solidityPackedKeccak256(types, [left.hash, left.sum, right.hash, right.sum])
      return { hash, sum: left.sum + right.sum }
    })
  }
  return level[0]!
}

const grove = fc.integer({ min: 0, max: 6 }).chain((depth) =>
  fc.record({
    depth: fc.constant(depth),
    places: fc
      .uniqueArray(fc.bigInt({ min: 0n, max: (1n << BigInt(depth)) - 1n }), { maxLength: 20 })
      .map((indices) => indices.sort((a, b) => Number(a - b)))
      .chain((indices) =>
        fc.tuple(
          ...indices.map((index) =>
            fc.record({
              index: fc.constant(index),
              hash: fc.integer({ min: 1 }).map(hashOf),
              sum: fc.bigInt({ min: 0n, max: 1n << 100n }),
            }),
          ),
        ),
      ),
  }),
)

test('a sparse tree has the root and total of the whole one', () => {
  fc.assert(
    fc.property(grove, ({ depth, places }) => {
      const { root, total } = buildSumTree(places, depth)
      const plain = plainRoot(places, depth)
      expect({ root, total }).toEqual({ root: plain.hash, total: plain.sum })
    }),
    { numRuns: 100 },
  )
})

test('every place, taken or empty, climbs to the top, and nowhere else', () => {
  fc.assert(
    fc.property(grove, ({ depth, places }) => {
      const tree = buildSumTree(places, depth)
      for (let index = 0n; index < 1n << BigInt(depth); index++) {
        const place = places.find((p) => p.index === index) ?? { index, hash: ZeroHash, sum: 0n }
        const proof = tree.proof(index)
        expect(climb(place, proof)).toEqual({ root: tree.root, total: tree.total })
        expect(verifyPlace(tree, place, proof)).toBe(true)
        expect(verifyPlace(tree, { ...place, sum: place.sum + 1n }, proof)).toBe(false)
        expect(verifyPlace(tree, { ...place, hash: hashOf(2 ** 40) }, proof)).toBe(false)
        expect(verifyPlace(tree, place, `${proof}${'00'.repeat(STEP)}`)).toBe(false)
      }
    }),
    { numRuns: 30 },
  )
})

test('the last of 2^40 places costs no more than the first', () => {
  const last = (1n << 40n) - 1n
  const [first, far] = [
    { index: 0n, hash: hashOf(1), sum: 3n },
    { index: last, hash: hashOf(2), sum: 4n },
  ]
  const tree = buildSumTree([first, far], 40)
  expect(tree.total).toBe(7n)
  expect(verifyPlace(tree, far, tree.proof(last))).toBe(true)
  expect(verifyPlace(tree, { index: 12_345n, hash: ZeroHash, sum: 0n }, tree.proof(12_345n))).toBe(true)
})

test('what the contract would refuse to climb is null', () => {
  const place = { index: 0n, hash: hashOf(1), sum: 1n }
  const sibling = (sum: bigint) => `0x${'11'.repeat(32)}${sum.toString(16).padStart(32, '0')}`
  expect(climb(place, sibling(5n))?.total).toBe(6n)
  expect(climb(place, sibling((1n << 128n) - 1n))).toBe(null) // a sum beyond 128 bits
  expect(climb({ ...place, index: 2n }, sibling(5n))).toBe(null) // beyond a tree of one level
  expect(climb(place, sibling(5n).slice(0, -2))).toBe(null) // not a whole step
})

test('leaves come by rising index, inside the tree, with hashes and sums of their width', () => {
  const at = (index: bigint): Place => ({ index, hash: hashOf(1), sum: 1n })
  expect(() => buildSumTree([at(1n), at(0n)], 2)).toThrow(RangeError)
  expect(() => buildSumTree([at(1n), at(1n)], 2)).toThrow(RangeError)
  expect(() => buildSumTree([at(4n)], 2)).toThrow(RangeError)
  expect(() => buildSumTree([at(-1n)], 2)).toThrow(RangeError)
  expect(() => buildSumTree([], 41)).toThrow(RangeError)
  expect(() => buildSumTree([{ ...at(0n), sum: 1n << 128n }], 2)).toThrow(RangeError)
  expect(() => buildSumTree([{ ...at(0n), hash: '0x12' }], 2)).toThrow(RangeError)
  const half = { hash: hashOf(1), sum: 1n << 127n }
  expect(() =>
    buildSumTree(
      [0n, 1n].map((index) => ({ index, ...half })),
      1,
    ),
  ).toThrow(RangeError)
  expect(() => buildSumTree([at(0n)], 2).proof(4n)).toThrow(RangeError)
})
