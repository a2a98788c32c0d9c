import { type Amount, amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clearingFee } from '../../src/clearing/rules.ts'
import { splitBudget, type Weighed } from '../../src/periods/rules.ts'
import { partsOf } from '../../src/shares/rules.ts'
import { RUNS } from './histories.ts'
import { equalPerCreator, largestRemainder } from './planted.ts'

const SHARE = 1_000
const NOBODY: ReadonlySet<string> = new Set()
const SPLITTING = { payerId: 'alice', barred: NOBODY, shareBps: SHARE }

const lefts = fc.oneof(fc.bigInt(1n, 60n), fc.bigInt(1n, 10n ** 10n))
const weights = fc.constantFrom(5n, 2n, 10n)

/** Acts of alice: on posts of bob's, of others', and of both; some reached through a share of bob's. */
const acts = fc.array(
  fc.record({
    weight: weights,
    bobs: fc.oneof(fc.constant(10_000), fc.constant(0), fc.integer({ min: 1, max: 9_999 })),
    first: fc.boolean(),
    shared: fc.boolean(),
    /** Which of bob's clones would have published it, and where in two his part of it would be cut. */
    clone: fc.nat(4),
    cut: fc.integer({ min: 0, max: 10_000 }),
  }),
  { minLength: 1, maxLength: 14 },
)
type Act = { weight: bigint; bobs: number; first: boolean; shared: boolean; clone: number; cut: number }

/** The acts with bob as one, or as clones: each post and each share is one clone's, or two's side by side. */
function weighed(list: readonly Act[], cloned: boolean): Weighed[] {
  return list.map(({ weight, bobs, first, shared, clone, cut }, i) => {
    const bob = cloned ? `bob${clone}` : 'bob'
    const piece = Math.round((bobs * cut) / 10_000)
    const pieces =
      cloned && piece > 0 && piece < bobs
        ? [
            { memberId: bob, bps: piece },
            { memberId: `${bob}'`, bps: bobs - piece },
          ]
        : [{ memberId: bob, bps: bobs }]
    const other = { memberId: `other${i}`, bps: 10_000 - bobs }
    const splits = (first ? [...pieces, other] : [other, ...pieces]).filter(({ bps }) => bps > 0)
    const sharerId = shared && bobs === 0 ? bob : undefined
    return { weight, authorId: splits[0]!.memberId, splits, sharerId }
  })
}

type Split = (left: Amount, list: readonly Weighed[]) => { receiverId: string; amount: bigint }[][]
const ours: Split = (left, list) => splitBudget(left, list, SPLITTING)

/** What bob's accounts have after clearing, each with a fee of its own. */
function bobsNet(parts: readonly { receiverId: string; amount: bigint }[]): { gross: bigint; net: bigint } {
  const of = new Map<string, bigint>()
  for (const { receiverId, amount } of parts)
    if (receiverId.startsWith('bob')) of.set(receiverId, (of.get(receiverId) ?? 0n) + amount)
  let [gross, net] = [0n, 0n]
  for (const amount of of.values()) {
    gross += amount
    net += amount - clearingFee(amountOf(amount), { gross: 0n, fee: 0n }, 500)
  }
  return { gross, net }
}

const cloningACreator = (split: Split) =>
  fc.property(lefts, acts, (left, list) => {
    const one = bobsNet(split(amountOf(left), weighed(list, false)).flat())
    const many = bobsNet(split(amountOf(left), weighed(list, true)).flat())
    expect(many.gross).toBeLessThanOrEqual(one.gross)
    expect(many.net).toBeLessThanOrEqual(one.net)
  })

test("bob as many accounts has of alice's budget no more than as one, and pays no less in fees", () => {
  fc.assert(cloningACreator(ours), { numRuns: RUNS })
})

test('bob as many accounts has no more of an instant credit either', () => {
  const credited = (rate: bigint, list: readonly Act[], cloned: boolean) =>
    bobsNet(weighed(list, cloned).flatMap((act) => partsOf(amountOf(rate), act, SHARE)))
  fc.assert(
    fc.property(lefts, acts, (rate, list) => {
      expect(credited(rate, list, true).net).toBeLessThanOrEqual(credited(rate, list, false).net)
    }),
    { numRuns: RUNS },
  )
})

test.each([
  ['an equal part for each creator', equalPerCreator],
  ['the largest remainder', largestRemainder],
] as [string, Split][])('planted: by %s clones gain, and it is found', (_, split) => {
  expect(fc.check(cloningACreator(split), { numRuns: 20_000 }).failed).toBe(true)
})

/** Alice's budget in pieces, each spent by a clone of hers who did the same as she did. */
const cloningAPayer = (split: Split) =>
  fc.property(fc.array(lefts, { minLength: 1, maxLength: 6 }), acts, (pieces, list) => {
    const left = pieces.reduce((sum, piece) => sum + piece, 0n)
    const receivers = new Map<string, bigint>()
    const add = (sign: bigint) => (part: { receiverId: string; amount: bigint }) =>
      receivers.set(part.receiverId, (receivers.get(part.receiverId) ?? 0n) + sign * part.amount)
    const byOne = split(amountOf(left), weighed(list, false)).flat()
    const byMany = pieces.flatMap((piece) => split(amountOf(piece), weighed(list, false)).flat())
    byOne.forEach(add(-1n))
    byMany.forEach(add(1n))
    const paid = (parts: { amount: bigint }[]) => parts.reduce((sum, { amount }) => sum + amount, 0n)
    expect(paid(byOne)).toBe(left)
    expect(paid(byMany)).toBe(left)
    // Each split is less than a nano below a part's share, and above it by less than one for each other part of each split.
    const most = BigInt((pieces.length + 1) * 2 * list.length * 3)
    for (const difference of receivers.values()) expect(difference <= most && difference >= -most).toBe(true)
  })

test('alice as many payers pays to the nano what she pays as one, to each but for the nano that do not divide', () => {
  fc.assert(cloningAPayer(ours), { numRuns: RUNS })
})

test('planted: a split that gives everybody at least a nano is found', () => {
  const generous: Split = (left, list) =>
    ours(left, list).map((parts) => parts.map((part) => ({ ...part, amount: part.amount + 1n })))
  expect(fc.check(cloningAPayer(generous), { numRuns: 1_000 }).failed).toBe(true)
})
