import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proofFrom, proofNeeds } from './stored-proof.ts'
import { buildSumTree, type Place } from './sum-tree.ts'
import { SumTreeBuilder, type TreeNode } from './tree-builder.ts'

const grove = fc.oneof(fc.integer({ min: 0, max: 11 }), fc.constant(40)).chain((depth) =>
  fc.record({
    depth: fc.constant(depth),
    places: fc
      .uniqueArray(fc.bigInt({ min: 0n, max: (1n << BigInt(depth)) - 1n }), { maxLength: 60 })
      .map((indices) =>
        indices
          .sort((a, b) => Number(a - b))
          .map(
            (index, i): Place => ({
              index,
              hash: `0x${(i + 1).toString(16).padStart(64, '0')}`,
              sum: index % 1_000n,
            }),
          ),
      ),
  }),
)

function built(places: Place[], depth: number, from = 1) {
  const nodes: TreeNode[] = []
  const builder = new SumTreeBuilder(depth, { from, keep: (node) => nodes.push(node) })
  for (const place of places) builder.add(place)
  return { ...builder.finish(), nodes }
}

test('leaves that come one by one make the tree of all of them', () => {
  fc.assert(
    fc.property(grove, ({ depth, places }) => {
      const { root, total } = buildSumTree(places, depth)
      expect(built(places, depth)).toMatchObject({ root, total })
    }),
    { numRuns: 150 },
  )
})

test('a proof from what was kept is the proof of the whole tree, of empty places too', () => {
  fc.assert(
    fc.property(grove, fc.bigInt({ min: 0n, max: (1n << 40n) - 1n }), ({ depth, places }, any) => {
      const whole = buildSumTree(places, depth)
      const { nodes } = built(places, depth, 8)
      expect(nodes.every(({ level }) => level >= 8)).toBe(true)
      const empty = any % (1n << BigInt(depth))
      for (const index of [...places.slice(0, 5).map((p) => p.index), empty]) {
        const needs = proofNeeds(index, depth)
        expect(needs.end - needs.first).toBeLessThanOrEqual(256n)
        const block = places.filter((p) => p.index >= needs.first && p.index < needs.end)
        const siblings = nodes.filter((n) =>
          needs.nodes.some((at) => at.level === n.level && at.index === n.index),
        )
        expect(siblings.length).toBeLessThanOrEqual(depth)
        expect(proofFrom(index, depth, block, siblings)).toBe(whole.proof(index))
      }
    }),
    { numRuns: 60 },
  )
})

test('every node with a leaf below it is handed out once, when it is finished', () => {
  const places = [0n, 3n, 9n].map((index): Place => ({ index, hash: `0x${'01'.repeat(32)}`, sum: 1n }))
  const at = built(places, 4).nodes.map(({ level, index, sum }) => `${level}/${index}=${sum}`)
  expect(at).toEqual(['1/0=1', '1/1=1', '2/0=2', '3/0=2', '1/4=1', '2/2=1', '3/1=1', '4/0=3'])
})

test('leaves come by rising index, inside the tree, with hashes and sums of their width', () => {
  const at = (index: bigint): Place => ({ index, hash: `0x${'01'.repeat(32)}`, sum: 1n })
  const half = { hash: `0x${'01'.repeat(32)}`, sum: 1n << 127n }
  for (const places of [
    [at(1n), at(0n)],
    [at(1n), at(1n)],
    [at(4n)],
    [at(-1n)],
    [{ ...at(0n), sum: 1n << 128n }],
    [{ ...at(0n), hash: '0x12' }],
    [
      { index: 0n, ...half },
      { index: 1n, ...half },
    ],
  ])
    expect(() => built(places, 2)).toThrow(RangeError)
  expect(() => built([], 41)).toThrow(RangeError)
  expect(() => proofFrom(4n, 2, [], [])).toThrow(RangeError)
})
