import { createPool, ledgerOf, newId, type Pool, withTransaction } from '@rivulet/db'
import { amountOf, audit } from '@rivulet/ledger'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bookSurplusWithdrawal } from '../deposits/surplus.ts'
import { epochWithout } from './store.ts'
import { takeRevenue } from './take.ts'

// A token of six places: a unit is 1,000 nano.
const rules = { unit: 1_000n }
const DOLLAR = 1_000_000_000n
const TREASURER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

let database: TestDatabase
let pool: Pool
beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  // Fees the platform has taken: ten dollars.
  const fees = { id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue' }
  await withTransaction(pool, (tx) =>
    ledgerOf(tx).post([{ ...fees, amount: amountOf(10n * DOLLAR + 7n), code: 24 }]),
  )
})
afterEach(async () => {
  expect((await audit(pool)).violations).toEqual([])
  await pool.end()
  await database.close()
})

const take = (key: string, amount: bigint) =>
  withTransaction(pool, (tx) => takeRevenue(tx, rules, { key, amount: amountOf(amount) }))
const taken = async (key: string, amount: bigint) => {
  const result = await take(key, amount)
  if (!result.ok) throw new Error(result.code)
  return result.take.id
}
const balances = async () => {
  const refs = ['platform:revenue', 'chain:surplus', 'chain:reserve']
  const found = await withTransaction(pool, (tx) => ledgerOf(tx).balances(refs))
  return refs.map((ref) => found.get(ref) ?? 0n)
}
let logs = 0
const leaves = (units: bigint, takeId: string | undefined, logIndex = logs++) =>
  withTransaction(pool, (tx) =>
    bookSurplusWithdrawal(tx, rules, {
      ...{ chainId: 31337n, txHash: `0x${'44'.repeat(32)}`, logIndex, blockNumber: 9n },
      ...{ to: TREASURER, amount: units, takeId },
    }),
  )

test('revenue is taken once a key, by one asking twice and by eight at once', async () => {
  const first = await take('november', 4n * DOLLAR)
  expect(first).toMatchObject({ ok: true, repeated: false })
  expect(await balances()).toEqual([6n * DOLLAR + 7n, 4n * DOLLAR, -10n * DOLLAR - 7n])
  expect(await take('november', 4n * DOLLAR)).toEqual({ ...first, repeated: true })
  expect(await take('november', 5n * DOLLAR)).toEqual({ ok: false, code: 'key_used_otherwise' })

  const many = await Promise.all(Array.from({ length: 8 }, () => take('december', 2n * DOLLAR)))
  expect(new Set(many.map((one) => one.ok && one.take.id)).size).toBe(1)
  expect(many.filter((one) => one.ok && !one.repeated)).toHaveLength(1)
  expect(await balances()).toEqual([4n * DOLLAR + 7n, 6n * DOLLAR, -10n * DOLLAR - 7n])
})

test('what is refused leaves nothing behind, and the key is free', async () => {
  for (const [key, amount, code] of [
    ['a', 10n * DOLLAR + 1_000n, 'insufficient_funds'],
    ['a', 0n, 'below_minimum'],
    ['a', DOLLAR + 1n, 'too_many_places'],
    ['', DOLLAR, 'invalid_key'],
    ['two words', DOLLAR, 'invalid_key'],
    ['k'.repeat(101), DOLLAR, 'invalid_key'],
  ] as const)
    expect(await take(key, amount)).toEqual({ ok: false, code })
  expect(await balances()).toEqual([10n * DOLLAR + 7n, 0n, -10n * DOLLAR - 7n])
  expect(await take('a', 10n * DOLLAR)).toMatchObject({ ok: true, repeated: false })
  // The dust stays: seven nano are no unit.
  expect(await balances()).toEqual([7n, 10n * DOLLAR, -10n * DOLLAR - 7n])
})

test('in exit mode nothing is taken any more', async () => {
  await pool.query(
    `insert into halts (id, scope, reason, detail) values ($1, 'settlement', 'frozen', 'epoch 3 was the last')`,
    [newId()],
  )
  expect(await take('november', DOLLAR)).toEqual({ ok: false, code: 'frozen' })
  expect(await balances()).toEqual([10n * DOLLAR + 7n, 0n, -10n * DOLLAR - 7n])
})

test('one that dies before it is committed has taken nothing', async () => {
  const died = withTransaction(pool, async (tx) => {
    await takeRevenue(tx, rules, { key: 'november', amount: amountOf(DOLLAR) })
    throw new Error('killed')
  })
  await expect(died).rejects.toThrow('killed')
  expect(await balances()).toEqual([10n * DOLLAR + 7n, 0n, -10n * DOLLAR - 7n])
  expect(await take('november', DOLLAR)).toMatchObject({ ok: true, repeated: false })
})

test('what leaves pays out one take, to the unit and once; all else is booked and told', async () => {
  const [november, december] = [await taken('november', 2n * DOLLAR), await taken('december', 3n * DOLLAR)]
  expect(await leaves(2_000_000n, november, 100)).toMatchObject({ booked: true, take: { id: november } })
  expect(await leaves(2_000_000n, november, 100)).toEqual({ booked: false })
  expect(await balances()).toEqual([5n * DOLLAR + 7n, 3n * DOLLAR, -8n * DOLLAR - 7n])
  expect(await take('november', 2n * DOLLAR)).toMatchObject({
    ...{ ok: true, repeated: true },
    take: { id: november, paidOutBy: `0x${'44'.repeat(32)}` },
  })

  expect(await leaves(2_000_000n, november)).toMatchObject({ booked: true, fault: 'paid_out_before' })
  expect(await leaves(2_999_999n, december)).toMatchObject({ booked: true, fault: 'other_amount' })
  // Its debit is spent all the same.
  expect(await leaves(3_000_000n, december)).toMatchObject({ booked: true, fault: 'paid_out_before' })
  expect(await leaves(1n, newId())).toEqual({ booked: true, fault: 'no_booking' })
  expect(await leaves(0n, undefined)).toEqual({ booked: true, fault: 'no_booking' })
  // Everything that left did leave: 2, 2, 2.999999, 3 and 0.000001 dollars, of which 5 were surplus, the rest is found first.
  expect(await balances()).toEqual([5n * DOLLAR + 7n, 0n, -5n * DOLLAR - 7n])
  const told = await pool.query(
    `select sum(case when kind = 'surplus' then amount else -amount end)::bigint as nano from chain_events`,
  )
  expect(told.rows).toEqual([{ nano: -5n * DOLLAR }])
})

test('whether an epoch without it is active, is told by what that epoch saw', async () => {
  const epoch = (number: number, status: string) =>
    pool.query(
      `insert into epochs (number, status, root, payout_root, gross, authorised_total, depth, deposits_seen,
         payout_total, expected_executed, data_hash, snapshot_block, snapshot_legs, snapshot)
       values ($1, $2::epoch_status, '0x', '0x', 0, 0, 4, 0, 0, '0x', '0x', 1, 1,
         pg_current_snapshot() || '/' || pg_current_xact_id())`,
      [number, status],
    )
  await epoch(1, 'settled')
  const id = await taken('november', DOLLAR)
  const without = () => withTransaction(pool, (tx) => epochWithout(tx, id))
  expect(await without()).toBeUndefined()
  await epoch(2, 'committed')
  expect(await without()).toBeUndefined()
  await pool.query(`update epochs set status = 'active' where number = 2`)
  await epoch(3, 'active')
  expect(await without()).toBe(2)
})

test('whatever is taken in whatever order, what was taken is surplus and nothing is lost', async () => {
  let round = 0
  let [revenue, surplus] = [10n * DOLLAR + 7n, 0n]
  const wish = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    amount: fc.bigInt({ min: 1n, max: 4_000_000n }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 6 }), async (wishes) => {
      round++
      const known = new Map<string, bigint>()
      for (const { key, amount } of wishes) {
        const nano = amount * 1_000n
        const result = await take(`${round}/${key}`, nano)
        const before = known.get(key)
        if (before !== undefined) expect(result.ok).toBe(before === nano)
        else {
          expect(result.ok).toBe(nano <= revenue)
          if (!result.ok) continue
          known.set(key, nano)
          revenue -= nano
          surplus += nano
        }
      }
      expect(await balances()).toEqual([revenue, surplus, -10n * DOLLAR - 7n])
    }),
    { numRuns: 25 },
  )
})
