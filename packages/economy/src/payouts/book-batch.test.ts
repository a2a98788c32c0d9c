import { createPool, newId, type Pool, withTransaction } from '@rivulet/db'
import { amountOf, audit } from '@rivulet/ledger'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bookDeposits } from '../deposits/book-deposits.ts'
import { rulesFrom } from '../rules.ts'
import { cancelWithdrawal } from '../withdrawals/cancel.ts'
import { requestWithdrawal } from '../withdrawals/request.ts'
import { bookBatch, type ExecutedBatch } from './book-batch.ts'
import { bookOwedClaim } from './book-owed-claim.ts'
import { assignBatch, markSubmitted, startPayouts } from './start-payouts.ts'
import { lockRequested } from './store.ts'

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const BOB = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const rules = rulesFrom({ MIN_WITHDRAWAL: '0.000001' })
const at = { chainId: 31337n, blockNumber: 9n, logIndex: 4 }
const hash = (byte: string) => `0x${byte.repeat(32)}`

let database: TestDatabase
let pool: Pool
let members: Map<string, string>
beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  await withTransaction(pool, (tx) =>
    bookDeposits(
      tx,
      rules,
      [ALICE, BOB].map((account, i) => ({ ...at, account, amount: 1_000n, txHash: hash('01'), logIndex: i })),
    ),
  )
  const { rows } = await pool.query<{ id: string; address: string }>('select id, address from members')
  members = new Map(rows.map((row) => [row.address, row.id]))
})
afterEach(async () => {
  expect((await audit(pool)).violations).toEqual([])
  await pool.end()
  await database.close()
})

async function request(address: string, units: bigint): Promise<string> {
  const result = await withTransaction(pool, (tx) =>
    requestWithdrawal(tx, rules, {
      memberId: members.get(address)!,
      amount: amountOf(units * rules.unit),
      to: address,
      destinations: { own: address, forbidden: [] },
    }),
  )
  if (!result.ok) throw new Error(result.code)
  return result.id
}

/** Puts all that is requested into batch 0 of epoch 1, as the building of an epoch does. */
async function settleAll(): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const withdrawals = await lockRequested(tx, 100)
    await startPayouts(tx, 1, withdrawals)
    await tx.query(
      `insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
         expected_executed, data_hash, snapshot_block, snapshot_legs) values (1, '', '', 0, 0, 4, 0, 0, '0x0', '', 0, 0)`,
    )
    await tx.query(`insert into epoch_batches (epoch, index, records, total) values (1, 0, '0x', $1)`, [
      withdrawals.reduce((sum, w) => sum + w.amount, 0n) / rules.unit,
    ])
    await assignBatch(
      tx,
      { epoch: 1, batch: 0 },
      withdrawals.map((w) => w.id),
    )
  })
}

const book = (batch: Pick<ExecutedBatch, 'total' | 'refused'>) =>
  withTransaction(pool, (tx) =>
    bookBatch(tx, rules, { ...at, txHash: hash('02'), epoch: 1, index: 0, ...batch }),
  )
const statuses = async () =>
  (await pool.query<{ status: string }>('select status from withdrawals order by id')).rows.map(
    (row) => row.status,
  )
const balance = async (ref: string) =>
  (await pool.query<{ balance: bigint }>('select balance from ledger.account where ref = $1', [ref])).rows[0]
    ?.balance
const balanceOf = (address: string, account: string) => balance(`member:${members.get(address)}:${account}`)

test('a batch is booked once, and its withdrawals are confirmed', async () => {
  await request(ALICE, 300n)
  await request(BOB, 200n)
  await settleAll()
  expect(await statuses()).toEqual(['settling', 'settling'])
  expect(await balance('settling:1')).toBe(500_000n)
  await withTransaction(pool, (tx) => markSubmitted(tx, { epoch: 1, batch: 0 }))
  await withTransaction(pool, (tx) => markSubmitted(tx, { epoch: 1, batch: 0 }))
  expect(await statuses()).toEqual(['submitted', 'submitted'])

  expect(await book({ total: 500n, refused: [] })).toBe('booked')
  expect(await book({ total: 500n, refused: [] })).toBe('exists')
  expect(await statuses()).toEqual(['confirmed', 'confirmed'])
  expect(await balance('settling:1')).toBe(0n)
  expect(await balance('chain:reserve')).toBe(-1_500_000n)
  expect((await pool.query('select tx_hash from epoch_batches')).rows).toEqual([{ tx_hash: hash('02') }])
})

test('what is refused is owed to whoever asked, however often, until it is collected', async () => {
  await request(ALICE, 300n)
  await request(BOB, 200n)
  await request(ALICE, 50n)
  await settleAll()
  await book({ total: 550n, refused: [{ account: ALICE, amount: 350n }] })
  expect(await statuses()).toEqual(['owed', 'confirmed', 'owed'])
  expect(await balanceOf(ALICE, 'owed')).toBe(350_000n)
  expect(await balance('chain:reserve')).toBe(-1_800_000n)

  const claim = (amount: bigint) =>
    withTransaction(pool, (tx) =>
      bookOwedClaim(tx, rules, { ...at, txHash: hash('03'), account: ALICE, amount }),
    )
  await expect(claim(349n)).rejects.toThrow('collected 349000 nano where the books owe 350000')
  expect(await claim(350n)).toBe('booked')
  expect(await claim(350n)).toBe('exists')
  expect(await statuses()).toEqual(['confirmed', 'confirmed', 'confirmed'])
  expect(await balanceOf(ALICE, 'owed')).toBe(0n)
  expect(await balance('chain:reserve')).toBe(-1_450_000n)
})

test('a batch wholly refused moves no reserve', async () => {
  await request(BOB, 200n)
  await settleAll()
  await book({ total: 200n, refused: [{ account: BOB, amount: 200n }] })
  expect(await balance('chain:reserve')).toBe(-2_000_000n)
  expect(await balanceOf(BOB, 'owed')).toBe(200_000n)
})

test.each([
  ['another sum', { total: 501n, refused: [] }, 'paid 501 units where the books have 500'],
  [
    'a stranger refusing',
    { total: 500n, refused: [{ account: hash('00').slice(0, 42), amount: 1n }] },
    '0 nano were meant',
  ],
  [
    'half a payout refused',
    { total: 500n, refused: [{ account: ALICE, amount: 299n }] },
    '300000 nano were meant',
  ],
])('a batch that tells of %s is not booked at all', async (_, batch, why) => {
  await request(ALICE, 300n)
  await request(BOB, 200n)
  await settleAll()
  await expect(book(batch)).rejects.toThrow(why)
  expect(await statuses()).toEqual(['settling', 'settling'])
  expect(await balance('settling:1')).toBe(500_000n)
  expect((await pool.query(`select from chain_events where kind = 'batch'`)).rows).toEqual([])
})

test('a batch that no epoch has is not booked', async () => {
  await expect(book({ total: 1n, refused: [] })).rejects.toThrow('where the books have none')
})

test('a withdrawal in an epoch can be cancelled no more, nor be taken into a second one', async () => {
  const id = await request(ALICE, 300n)
  await settleAll()
  const cancel = await withTransaction(pool, (tx) =>
    cancelWithdrawal(tx, { memberId: members.get(ALICE)!, id }),
  )
  expect(cancel).toEqual({ ok: false, code: 'not_cancellable' })
  expect(await withTransaction(pool, (tx) => lockRequested(tx, 100))).toEqual([])
  const again = {
    ...{ id, memberId: members.get(ALICE)!, to: ALICE, amount: 300_000n },
    ...{ lane: 'push' as const, forced: false },
  }
  // Even somebody who knows nothing of states cannot move its money again: the books know the withdrawal.
  await expect(withTransaction(pool, (tx) => startPayouts(tx, 2, [again]))).rejects.toThrow(
    'was answered conflict',
  )
  await expect(
    withTransaction(pool, (tx) => startPayouts(tx, 2, [{ ...again, id: newId() }])),
  ).rejects.toThrow('was answered insufficient')
})
