import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BATCH, openEpoch } from '../../test/epoch.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { assignBatch, startPayouts } from '../payouts/start-payouts.ts'
import { lockRequested } from '../payouts/store.ts'
import { cancelWithdrawal } from './cancel.ts'
import { requestWithdrawal } from './request.ts'
import { advance } from './store.ts'

const OWN = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const VAULT = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'
const OTHER = '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const withdraw = (memberId: string, amount: string, to = OWN) =>
  withTransaction(town.pool, (tx) =>
    requestWithdrawal(tx, town.rules, {
      memberId,
      amount: money(amount),
      to,
      destinations: { own: OWN, forbidden: [VAULT] },
    }),
  )
const cancel = (memberId: string, id: string) =>
  withTransaction(town.pool, (tx) => cancelWithdrawal(tx, { memberId, id }))

test('a requested withdrawal is no longer spendable; cancelled, it is again, once', async () => {
  const alice = await town.member({ has: '5' })
  const requested = await withdraw(alice, '3.5')
  if (!requested.ok) throw new Error(requested.code)
  expect(await town.wallet(alice)).toMatchObject({ available: 1_500_000_000n, withdrawing: 3_500_000_000n })

  expect(await Promise.all(Array.from({ length: 10 }, () => cancel(alice, requested.id)))).toEqual(
    Array.from({ length: 10 }, () => ({ ok: true })),
  )
  expect(await town.wallet(alice)).toMatchObject({ available: 5_000_000_000n, withdrawing: 0n })
})

test('what an epoch has taken, or somebody else asked for, cannot be cancelled', async () => {
  const alice = await town.member({ has: '5' })
  const mallory = await town.member({ has: '5' })
  const requested = await withdraw(alice, '1')
  if (!requested.ok) throw new Error(requested.code)
  expect(await cancel(mallory, requested.id)).toEqual({ ok: false, code: 'withdrawal_not_found' })
  await openEpoch(town.pool)
  const taken = await withTransaction(town.pool, (tx) => advance(tx, [requested.id], 'settling', BATCH))
  expect(taken).toEqual([requested.id])
  expect(await cancel(alice, requested.id)).toEqual({ ok: false, code: 'not_cancellable' })
  expect((await town.wallet(alice)).withdrawing).toBe(1_000_000_000n)
})

test('fifty withdrawals of the whole balance at once: one is taken on', async () => {
  const alice = await town.member({ has: '2' })
  const results = await Promise.all(Array.from({ length: 50 }, () => withdraw(alice, '2')))
  expect(results.filter((r) => r.ok)).toHaveLength(1)
  expect(results.filter((r) => !r.ok && r.code === 'insufficient_funds')).toHaveLength(49)
  expect(await town.wallet(alice)).toMatchObject({ available: 0n, withdrawing: 2_000_000_000n })
  expect(await town.lawsHold()).toBe(true)
})

test.each([
  ['0.999999', OWN, 'below_minimum'],
  ['1.0000001', OWN, 'too_many_places'],
  ['1', VAULT, 'invalid_recipient'],
  ['1', OTHER, 'recipient_not_own'],
  ['3', OWN, 'insufficient_funds'],
])('a withdrawal of %s to %s is refused: %s', async (amount, to, code) => {
  const alice = await town.member({ has: '2' })
  expect(await withdraw(alice, amount, to)).toEqual({ ok: false, code })
  expect(await town.wallet(alice)).toMatchObject({ available: 2_000_000_000n, withdrawing: 0n })
})

test('forty are cancelled while an epoch takes them: each goes one way, and so does its money', async () => {
  const alice = await town.member({ has: '40' })
  const ids = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const requested = await withdraw(alice, '1')
      if (!requested.ok) throw new Error(requested.code)
      return requested.id
    }),
  )
  const take = () =>
    withTransaction(town.pool, async (tx) => {
      const taken = (await lockRequested(tx, 7)).filter((one) => one.memberId === alice)
      await startPayouts(tx, 1, taken)
      await assignBatch(
        tx,
        BATCH,
        taken.map(({ id }) => id),
      )
    })
  const [, , , ...answers] = await Promise.all([
    take(),
    take(),
    take(),
    ...ids.map((id) => cancel(alice, id)),
  ])
  const { rows } = await town.pool.query<{ id: string; status: string }>(
    'select id, status from withdrawals where id = any($1::uuid[])',
    [ids],
  )
  const statusOf = new Map(rows.map(({ id, status }) => [id, status]))
  expect(ids.map((id) => statusOf.get(id))).toEqual(
    answers.map((answer) => (answer.ok ? 'cancelled' : 'settling')),
  )
  const cancelled = BigInt(answers.filter(({ ok }) => ok).length)
  expect(await town.wallet(alice)).toMatchObject({ available: cancelled * 1_000_000_000n, withdrawing: 0n })
  const { rows: settling } = await town.pool.query(
    `select balance from ledger.account where ref = 'settling:1'`,
  )
  expect(settling[0]?.balance ?? 0n).toBe((40n - cancelled) * 1_000_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('what an exit asked of the vault has made is not its member’s to cancel', async () => {
  const alice = await town.member({ has: '5' })
  const requested = await withdraw(alice, '5')
  if (!requested.ok) throw new Error(requested.code)
  await town.pool.query(`update withdrawals set forced = true, lane = 'pull' where id = $1`, [requested.id])
  expect(await cancel(alice, requested.id)).toEqual({ ok: false, code: 'not_cancellable' })
})
