import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Account, depthFor, freeOf, leavesOf, saltMaker } from './leaves.ts'

const rules = { unit: 1_000n, fees: { clearingBps: 500, tipBps: 250 } }
const salt = () => `0x${'00'.repeat(32)}`
const nothing = { authorised: 0n, deposited: 0n, spendable: 0n, pending: 0n, reserved: 0n }
const treasury: Account = { index: 0n, address: 'treasury', ...nothing }
const backing = (reserves: bigint) => ({ reserves, settling: 0n, owed: 0n, surplus: 0n })

test('a leaf holds whole units, and the treasury what is left of them', () => {
  const alice = {
    ...treasury,
    index: 1n,
    address: 'alice',
    spendable: 5_999n,
    pending: 10_000n,
    reserved: 1_400n,
  }
  const leaves = leavesOf(
    [treasury, alice],
    backing(20_000n),
    new Map([['alice', { amount: 3n, batch: 2 }]]),
    rules,
    salt,
  ).slice()
  // 10,000 pending less 5 % is 9,500; with 1,400 that makes 10,900 nano, 10 units. 20 - 5 - 10 are left.
  expect(leaves.map((l) => [l.account, l.spendable, l.held, l.payout, l.batch])).toEqual([
    ['treasury', 0n, 5n, 0n, 0],
    ['alice', 5n, 10n, 3n, 2],
  ])
})

test('whatever everybody has, the leaves add up to what backs them, and nobody has more than is his', () => {
  const amount = fc.bigInt(0n, 10n ** 15n)
  const account = fc.record({ spendable: amount, pending: amount, reserved: amount })
  fc.assert(
    fc.property(fc.array(account, { maxLength: 30 }), amount, amount, (people, revenue, elsewhere) => {
      const accounts = [
        treasury,
        ...people.map((p, i) => ({ ...treasury, ...p, index: BigInt(i + 1), address: `${i}` })),
      ]
      const owned = people.reduce((sum, p) => sum + p.spendable + p.pending + p.reserved, 0n) + revenue
      // What the vault holds is whole units: the fraction is revenue's.
      const whole = owned + ((1_000n - (owned % 1_000n)) % 1_000n)
      const units = elsewhere - (elsewhere % 1_000n)
      const leaves = leavesOf(
        accounts,
        { reserves: whole + 3n * units, settling: units, owed: units, surplus: units },
        new Map(),
        rules,
        salt,
      ).slice()
      expect(leaves.reduce((sum, l) => sum + l.authorised + l.spendable + l.held, 0n)).toBe(whole / 1_000n)
      for (const [i, p] of people.entries()) {
        const leaf = leaves[i + 1]!
        expect(leaf.spendable * 1_000n <= p.spendable && p.spendable < (leaf.spendable + 1n) * 1_000n).toBe(
          true,
        )
        expect(leaf.held * 1_000n).toBeLessThanOrEqual(p.pending + p.reserved)
      }
    }),
  )
})

test('leaves worth more than what backs them are refused', () => {
  const alice = { ...treasury, index: 1n, address: 'alice', spendable: 2_000n }
  expect(() => leavesOf([treasury, alice], backing(1_000n), new Map(), rules, salt)).toThrow('1 units more')
  expect(() => leavesOf([alice], backing(2_000n), new Map(), rules, salt)).toThrow('no treasury')
  expect(() => freeOf(backing(1_001n), 1_000n)).toThrow('no whole number')
})

test('the tree has a fourth of its places free, and is never shallower than before', () => {
  expect([0n, 11n, 12n, 23n, 24n, 785_000n, 786_432n].map((index) => depthFor(index, 0))).toEqual([
    4, 4, 5, 5, 6, 20, 21,
  ])
  expect(depthFor(0n, 9)).toBe(9)
})

test('a salt is another one for each address, epoch and secret', () => {
  const salts = [
    saltMaker('a', 1)('x'),
    saltMaker('a', 1)('y'),
    saltMaker('a', 2)('x'),
    saltMaker('b', 1)('x'),
  ]
  expect(new Set(salts).size).toBe(4)
  expect(saltMaker('a', 1)('x')).toBe(salts[0])
  expect(salts[0]).toMatch(/^0x[0-9a-f]{64}$/)
})
