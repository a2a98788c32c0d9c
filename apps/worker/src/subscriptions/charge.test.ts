import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import {
  ensureMember,
  memberAccount,
  RESERVE,
  rulesFrom,
  STREAMS,
  subscribe,
  wallets,
} from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { chargeSubscriptions } from './charge.ts'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

const log = pino({ level: 'silent' })
const rules = rulesFrom({})
const READERS = 450

test('450 readers pay bob by the day; the day after, two workers at once take each charge once, in one turn', async () => {
  const addresses = Array.from({ length: READERS + 1 }, (_, i) => `0x${i.toString(16).padStart(40, '0')}`)
  const [bob, ...readers] = await withTransaction(pool, async (tx) => {
    const ids = await ensureMember(tx, addresses)
    return addresses.map((address) => ids.get(address) as string)
  })
  const begun = await withTransaction(pool, async (tx) => {
    await ledgerOf(tx).post(
      readers.map((id) => ({
        ...{ id: newId(), leg: 0, debit: RESERVE, credit: memberAccount(id, 'available') },
        ...{ amount: amountOf(2_500_000_000n), code: STREAMS.deposit },
      })),
    )
    const wish = { receiverId: bob as string, amount: amountOf(1_000_000_000n), interval: 'day' as const }
    return subscribe(
      tx,
      rules,
      readers.map((payerId) => ({ ...wish, payerId })),
    )
  })
  expect(begun.every(({ ok }) => ok)).toBe(true)

  const nextDay = () =>
    pool.query(
      `update subscriptions set next_at = next_at - interval '1 day', anchor_at = anchor_at - interval '1 day'`,
    )
  const turn = () => chargeSubscriptions({ pool, rules }, log)
  await nextDay()
  expect(await Promise.all([turn(), turn()])).toEqual(['nothing is due', 'nothing is due'])
  const after = await withTransaction(pool, (tx) => wallets(tx, [bob as string, ...readers]))
  // Twice 0.975 of each.
  expect(after.get(bob as string)?.available).toBe(BigInt(READERS) * 1_950_000_000n)
  expect(new Set(readers.map((id) => after.get(id)?.available))).toEqual(new Set([500_000_000n]))

  // The third is more than any of them has.
  await nextDay()
  await turn()
  const { rows } = await pool.query(
    'select status, charges, failures, count(*)::int as count from subscriptions group by 1, 2, 3',
  )
  expect(rows).toEqual([{ status: 'active', charges: 2, failures: 1, count: READERS }])
})
