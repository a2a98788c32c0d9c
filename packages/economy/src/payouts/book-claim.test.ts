import { createPool, type Pool, withTransaction } from '@rivulet/db'
import { amountOf, audit } from '@rivulet/ledger'
import { type TestDatabase, testDatabase } from '@rivulet/stack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bookDeposits } from '../deposits/book-deposits.ts'
import { bookExit } from '../exits/book-exit.ts'
import { rulesFrom } from '../rules.ts'
import { requestWithdrawal } from '../withdrawals/request.ts'
import { TX_HASH } from '../withdrawals/tx-hash.ts'
import { authorisePulls } from './authorise.ts'
import { bookClaim } from './book-claim.ts'
import { openClaims } from './open-claims.ts'
import { startPayouts } from './start-payouts.ts'
import { lockRequested } from './store.ts'

const ALICE = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const rules = rulesFrom({ MIN_WITHDRAWAL: '0.000001' })
const at = { chainId: 31337n, blockNumber: 9n, logIndex: 4 }
const hash = (byte: string) => `0x${byte.repeat(32)}`

let database: TestDatabase
let pool: Pool
beforeEach(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  await withTransaction(pool, async (tx) => {
    await bookDeposits(tx, rules, [{ ...at, account: ALICE, amount: 1_000n, txHash: hash('01') }])
    await tx.query(
      `insert into vault_accounts (address, member_id) select address, id from members where address = $1
       on conflict (address) do nothing`,
      [ALICE],
    )
  })
})
afterEach(async () => {
  expect((await audit(pool)).violations).toEqual([])
  await pool.end()
  await database.close()
})

/** Alice asks for this much to claim herself, and the next epoch, which is active, authorises it. */
async function authorise(epoch: number, ...units: bigint[]): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: string }>('select id from members where address = $1', [ALICE])
    for (const amount of units) {
      const asked = await requestWithdrawal(tx, rules, {
        ...{ memberId: rows[0]!.id, amount: amountOf(amount * rules.unit), to: ALICE, lane: 'pull' },
        destinations: { own: ALICE, forbidden: [] },
      })
      if (!asked.ok) throw new Error(asked.code)
    }
    const taken = await lockRequested(tx, 100)
    await startPayouts(tx, epoch, taken)
    await tx.query(
      `insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
         expected_executed, data_hash, snapshot_block, snapshot_legs) values ($1, '', '', 0, 0, 4, 0, 0, '0x0', '', 0, 0)`,
      [epoch],
    )
    await authorisePulls(tx, rules, epoch, taken)
    await openClaims(tx, epoch)
  })
}

const claim = (amount: bigint, byte: string) =>
  withTransaction(pool, (tx) => bookClaim(tx, rules, { ...at, txHash: hash(byte), account: ALICE, amount }))
/** As the API shows them. */
const shown = async () =>
  (await pool.query(`select status, ${TX_HASH} as "txHash" from withdrawals w order by id`)).rows
const told = async () =>
  (
    await pool.query(
      `select body->>'txHash' as hash from notifications where body->>'status' = 'confirmed' order by id`,
    )
  ).rows.map((row) => row.hash)

test('what alice claimed names the claim that ended it, to her too', async () => {
  await authorise(1, 300n, 200n)
  expect(await shown()).toEqual([
    { status: 'owed', txHash: null },
    { status: 'owed', txHash: null },
  ])
  // The first claim pays the first withdrawal and a part of the second, and the next one what is left of it.
  expect(await claim(350n, '0a')).toBe('booked')
  expect(await claim(350n, '0a')).toBe('exists')
  expect(await shown()).toEqual([
    { status: 'confirmed', txHash: hash('0a') },
    { status: 'owed', txHash: null },
  ])
  await authorise(2, 100n)
  expect(await claim(250n, '0b')).toBe('booked')
  expect(await shown()).toEqual([
    { status: 'confirmed', txHash: hash('0a') },
    { status: 'confirmed', txHash: hash('0b') },
    { status: 'confirmed', txHash: hash('0b') },
  ])
  expect(await told()).toEqual([hash('0a'), hash('0b'), hash('0b')])
  await expect(claim(1n, '0c')).rejects.toThrow('claimed 1000 nano where the books have 0')
})

test('what alice left with in exit mode names the exit', async () => {
  await authorise(1, 300n)
  const exit = { ...at, txHash: hash('0d'), account: ALICE, amount: 1_000n }
  const booked = await withTransaction(pool, (tx) => bookExit(tx, rules, exit))
  expect(booked).toEqual({ booked: 'booked', beyond: 0n })
  expect(await shown()).toEqual([{ status: 'confirmed', txHash: hash('0d') }])
  expect(await told()).toEqual([hash('0d')])
})
