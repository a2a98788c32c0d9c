import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { audit } from '@rivulet/ledger'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bookDeposits, type Deposit } from './book-deposits.ts'
import { bookSurplus, bookSurplusWithdrawal, reserveGap } from './surplus.ts'

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const BOB = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const rules = { unit: 1_000n }

let database: TestDatabase
let pool: Pool
beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
})
afterEach(async () => {
  expect((await audit(pool)).violations).toEqual([])
  await pool.end()
  await database.close()
})

const deposit = (account: string, amount: bigint, logIndex: number): Deposit => ({
  chainId: 31337n,
  txHash: `0x${'11'.repeat(32)}`,
  blockNumber: 7n,
  ...{ account, amount, logIndex },
})
const book = (...deposits: Deposit[]) => withTransaction(pool, (tx) => bookDeposits(tx, rules, deposits))
const balances = async () => {
  const { rows } = await pool.query<{ ref: string; balance: bigint }>(
    `select coalesce(m.address, '') || substring(a.ref from '[a-z]+$') as ref, a.balance from ledger.account a
     left join members m on a.ref like 'member:' || m.id || ':%' where a.balance <> 0 order by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.ref, row.balance]))
}

test('deposits make members and are credited to the unit', async () => {
  expect(await book(deposit(ALICE, 2_500_000n, 0), deposit(BOB, 1n, 1), deposit(ALICE, 500_000n, 2))).toEqual(
    {
      booked: 3,
    },
  )
  // 3 dollars are 3,000,000,000 nano; one unit of 6 decimals is 1,000.
  expect(await balances()).toEqual({
    [`${ALICE}available`]: 3_000_000_000n,
    [`${BOB}available`]: 1_000n,
    reserve: -3_000_001_000n,
  })
  const { rows } = await pool.query('select address, deposited from vault_accounts order by deposited')
  expect(rows).toEqual([
    { address: BOB, deposited: 1n },
    { address: ALICE, deposited: 3_000_000n },
  ])
})

test('shown again, alone, among others or by two at once, a deposit is credited once', async () => {
  const [first, second] = [deposit(ALICE, 10n, 0), deposit(ALICE, 20n, 1)]
  await book(first)
  expect(await book(first)).toEqual({ booked: 0 })
  expect(await book(second, first)).toEqual({ booked: 1 })
  const third = deposit(BOB, 5n, 2)
  const booked = await Promise.all([book(third), book(third), book(third)])
  expect(booked.map((b) => b.booked).sort()).toEqual([0, 0, 1])
  expect(await balances()).toEqual({
    [`${ALICE}available`]: 30_000n,
    [`${BOB}available`]: 5_000n,
    reserve: -35_000n,
  })
})

test('the gap between vault and books is surplus above and shortfall below', async () => {
  await book(deposit(ALICE, 100n, 0))
  const gap = (balance: bigint) => withTransaction(pool, (tx) => reserveGap(tx, rules, balance))
  expect([await gap(100n), await gap(103n), await gap(99n)]).toEqual([0n, 3n, -1n])

  const found = { chainId: 31337n, blockHash: `0x${'22'.repeat(32)}`, blockNumber: 9n, amount: 3n }
  const surplus = () => withTransaction(pool, (tx) => bookSurplus(tx, rules, found))
  expect([await surplus(), await surplus()]).toEqual(['booked', 'exists'])
  expect(await gap(103n)).toBe(0n)
  expect(await balances()).toEqual({ [`${ALICE}available`]: 100_000n, reserve: -103_000n, surplus: 3_000n })
})

test('surplus that was never seen before it left is found by its leaving, and a shortfall stays one', async () => {
  await book(deposit(ALICE, 100n, 0))
  const take = (amount: bigint, logIndex: number) =>
    withTransaction(pool, (tx) =>
      bookSurplusWithdrawal(tx, rules, {
        ...{ chainId: 31337n, txHash: `0x${'33'.repeat(32)}`, logIndex, blockNumber: 9n, to: BOB, amount },
        takeId: undefined,
      }),
    )
  const gap = (balance: bigint) => withTransaction(pool, (tx) => reserveGap(tx, rules, balance))
  // 8 were sent and 3 of them were seen; 5, then 2 left.
  await withTransaction(pool, (tx) =>
    bookSurplus(tx, rules, {
      ...{ chainId: 31337n, blockHash: `0x${'22'.repeat(32)}`, blockNumber: 8n, amount: 3n },
    }),
  )
  const unbooked = { booked: true, fault: 'no_booking' }
  expect(await take(5n, 0)).toEqual(unbooked)
  expect(await balances()).toEqual({ [`${ALICE}available`]: 100_000n, reserve: -100_000n })
  const again = { booked: false }
  expect([await take(5n, 0), await take(2n, 1), await take(2n, 1)]).toEqual([again, unbooked, again])
  expect(await balances()).toEqual({ [`${ALICE}available`]: 100_000n, reserve: -100_000n })
  expect([await gap(101n), await gap(100n), await gap(99n)]).toEqual([1n, 0n, -1n])
  const told = await pool.query(
    `select sum(case when kind in ('deposit', 'surplus') then amount else -amount end)::bigint as nano from chain_events`,
  )
  expect(told.rows).toEqual([{ nano: 100_000n }])
})
