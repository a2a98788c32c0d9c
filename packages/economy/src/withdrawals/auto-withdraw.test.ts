import { createPool, newId, type Tx, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BATCH, openEpoch } from '../../test/epoch.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { tip } from '../tips/tip.ts'
import { endAutoWithdrawal, membersWithDueOrder } from './auto-store.ts'
import { orderAutoWithdrawal, withdrawAutomatically } from './auto-withdraw.ts'
import { cancelWithdrawal } from './cancel.ts'
import { requestWithdrawal } from './request.ts'
import { advance } from './store.ts'
import type { WithdrawalLane, WithdrawalStatus } from './withdrawal.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
  await openEpoch(town.pool)
})
afterAll(() => town.close())

const order = (memberId: string, threshold: string, rest: string, lane: WithdrawalLane = 'push') =>
  withTransaction(town.pool, (tx) =>
    orderAutoWithdrawal(tx, town.rules, { memberId, threshold: money(threshold), rest: money(rest), lane }),
  )
const turn = (memberId: string) =>
  withTransaction(town.pool, (tx) => withdrawAutomatically(tx, town.rules, { memberId }))
const due = async () => new Set(await membersWithDueOrder(town.pool, { after: undefined, limit: 1_000 }))
const gives = (tx: Tx, payerId: string, memberId: string, amount: string) =>
  tip(tx, town.rules, [{ payerId, to: { memberId }, amount: money(amount) }])
const withdrawals = async (memberId: string) =>
  (
    await town.pool.query(
      `select w.id, w.amount, w.status, w.lane, w.automatic, w."to" = m.address as own
       from withdrawals w join members m on m.id = w.member_id where m.id = $1 order by w.id`,
      [memberId],
    )
  ).rows
const put = (id: string, status: WithdrawalStatus) =>
  withTransaction(town.pool, (tx) => advance(tx, [id], status, status === 'settling' ? BATCH : {}))
const settled = async (id: string, ...way: WithdrawalStatus[]) => {
  for (const status of way) await put(id, status)
}

test('at the threshold what is above the rest goes to her own wallet, in whole units, once', async () => {
  const alice = await town.member({ has: '19.999999999' })
  expect(await order(alice, '20', '5')).toEqual({ ok: true })
  expect([await turn(alice), (await due()).has(alice)]).toEqual([false, false])
  const bob = await town.member({ has: '10' })
  await withTransaction(town.pool, (tx) => gives(tx, bob, alice, '1'))
  // 0.975 of it arrive: 20.974999999, of which 15.974999 are whole units above 5.
  expect([(await due()).has(alice), await turn(alice), await turn(alice)]).toEqual([true, true, false])
  expect(await withdrawals(alice)).toMatchObject([
    { amount: 15_974_999_000n, status: 'requested', lane: 'push', automatic: true, own: true },
  ])
  expect(await town.wallet(alice)).toMatchObject({ available: 5_000_000_999n, withdrawing: 15_974_999_000n })
})

test.each([
  ['5', '5'],
  ['5', '6'],
  ['5.999999999', '5'],
  // 1.0000009 above the rest would be enough, were it whole units: it is 1.000000.
  ['1.0000009', '0.0000010'],
])(
  'an order that would withdraw less than the minimum is refused: from %s to %s',
  async (threshold, rest) => {
    const alice = await town.member()
    expect(await order(alice, threshold, rest)).toEqual({ ok: false, code: 'below_minimum' })
  },
)

test('eight workers at once make one', async () => {
  const alice = await town.member({ has: '100' })
  await order(alice, '10', '0')
  const made = await Promise.all(Array.from({ length: 8 }, () => turn(alice)))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(await withdrawals(alice)).toHaveLength(1)
})

test('killed before its commit, it has made none, and the next turn makes one', async () => {
  const alice = await town.member({ has: '100' })
  await order(alice, '10', '0')
  const killed = withTransaction(town.pool, async (tx) => {
    expect(await withdrawAutomatically(tx, town.rules, { memberId: alice })).toBe(true)
    await tx.query('select pg_terminate_backend(pg_backend_pid())')
  })
  await expect(killed).rejects.toThrow()
  expect(await withdrawals(alice)).toEqual([])
  expect([await turn(alice), await turn(alice)]).toEqual([true, false])
  expect(await town.wallet(alice)).toMatchObject({ available: 0n, withdrawing: money('100') })
})

test('whatever is under way blocks the next, however old, however small, and whoever asked for it', async () => {
  const alice = await town.member({ has: '100' })
  const byHand = await withTransaction(town.pool, async (tx) =>
    requestWithdrawal(tx, town.rules, {
      ...{ memberId: alice, amount: money('1'), to: `0x${'a'.repeat(40)}` },
      destinations: { own: `0x${'a'.repeat(40)}`, forbidden: [] },
    }),
  )
  if (!byHand.ok) throw new Error(byHand.code)
  await order(alice, '10', '0')
  await town.pool.query(`update withdrawals set created_at = now() - interval '1 year' where id = $1`, [
    byHand.id,
  ])
  for (const status of ['settling', 'submitted', 'owed'] as const) {
    expect([status, await turn(alice), (await due()).has(alice)]).toEqual([status, false, false])
    await put(byHand.id, status)
  }
  expect([await turn(alice), (await due()).has(alice)]).toEqual([false, false])
  await put(byHand.id, 'confirmed')
  expect(await turn(alice)).toBe(true)
})

test('cancelled, it is made again: the order stands until it is ended', async () => {
  const alice = await town.member({ has: '30' })
  await order(alice, '10', '0')
  await turn(alice)
  const [first] = await withdrawals(alice)
  await withTransaction(town.pool, (tx) => cancelWithdrawal(tx, { memberId: alice, id: first.id }))
  expect(await turn(alice)).toBe(true)
  const [, second] = await withdrawals(alice)
  await withTransaction(town.pool, (tx) => cancelWithdrawal(tx, { memberId: alice, id: second.id }))
  await endAutoWithdrawal(town.pool, alice)
  expect(await turn(alice)).toBe(false)
  expect(await town.wallet(alice)).toMatchObject({ available: money('30'), withdrawing: 0n })
})

test('by the pull lane it is claimed when she likes: what waits to be claimed does not block the next', async () => {
  const alice = await town.member({ has: '30' })
  await order(alice, '10', '0', 'pull')
  expect(await turn(alice)).toBe(true)
  const [first] = await withdrawals(alice)
  expect(first.lane).toBe('pull')
  await settled(first.id, 'settling')
  const bob = await town.member({ has: '100' })
  await withTransaction(town.pool, (tx) => gives(tx, bob, alice, '40'))
  expect(await turn(alice)).toBe(false)
  await settled(first.id, 'owed')
  expect(await turn(alice)).toBe(true)
})

test('an exit asked of the vault, or a vault that has frozen, ends it', async () => {
  const alice = await town.member({ has: '30' })
  await order(alice, '10', '0')
  const { rows } = await town.pool.query('select index from vault_accounts where member_id = $1', [alice])
  const exit = newId()
  await town.pool.query(
    'insert into exit_requests (id, index, deadline, opened_block) values ($1, $2, 0, 1)',
    [exit, rows[0].index],
  )
  expect(await turn(alice)).toBe(false)
  await town.pool.query('update exit_requests set resolved_block = 2 where id = $1', [exit])

  const halt = newId()
  await town.pool.query(
    `insert into halts (id, scope, reason, detail) values ($1, 'settlement', 'frozen', '')`,
    [halt],
  )
  expect(await turn(alice)).toBe(false)
  const owner = createPool(town.adminUrl, { max: 1 })
  await owner.query('update halts set cleared_at = now() where id = $1', [halt])
  expect(await turn(alice)).toBe(false)
  // The vault stays frozen, whoever clears the halt. For the others in this town it never was.
  await owner.query('delete from halts where id = $1', [halt])
  await owner.end()
  expect(await turn(alice)).toBe(true)
})

/** Waits until somebody's statement waits for a lock, or until something is over. */
async function somebodyWaits(orOver: Promise<unknown> = new Promise(() => {})): Promise<void> {
  const over = { is: false }
  const note = () => {
    over.is = true
  }
  void orOver.then(note, note)
  while (!over.is) {
    const { rows } = await town.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return
  }
}

test('she spends while it is made: the rest is left all the same', async () => {
  const [alice, bob] = [await town.member({ has: '100' }), await town.member()]
  await order(alice, '50', '20')
  let made: Promise<boolean> | undefined
  await withTransaction(town.pool, async (tx) => {
    await gives(tx, alice, bob, '10')
    // It has read 100, and waits for what is not committed yet.
    made = turn(alice)
    await somebodyWaits()
  })
  expect(await made).toBe(true)
  expect(await town.wallet(alice)).toMatchObject({ available: money('20'), withdrawing: money('70') })
})

test('she withdraws by hand at the same moment: one waits for the other, and there is one', async () => {
  const own = `0x${'b'.repeat(40)}`
  for (const round of Array.from({ length: 8 }, (_, i) => i)) {
    const alice = await town.member({ has: '100' })
    await order(alice, '50', '20')
    const byHand = () =>
      withTransaction(town.pool, (tx) =>
        requestWithdrawal(tx, town.rules, {
          ...{ memberId: alice, amount: money('100'), to: own, destinations: { own, forbidden: [] } },
        }),
      )
    const [, hand] = await Promise.all([turn(alice), byHand()])
    const all = await withdrawals(alice)
    expect([round, all.length]).toEqual([round, 1])
    expect(all[0].automatic).toBe(!hand.ok)
  }
  expect(await town.lawsHold()).toBe(true)
})

const BY = ['another worker', 'her own hand'] as const

test.each(BY)(
  'one is made by %s at the same moment, and as much comes in: there is one all the same',
  async (by) => {
    const [alice, bob] = [await town.member({ has: '100' }), await town.member({ has: '300' })]
    const own = `0x${'c'.repeat(40)}`
    await order(alice, '50', '20')
    let made: Promise<boolean> | undefined
    await withTransaction(town.pool, async (tx) => {
      if (by === 'another worker') await withdrawAutomatically(tx, town.rules, { memberId: alice })
      else
        await requestWithdrawal(tx, town.rules, {
          ...{ memberId: alice, amount: money('5'), to: own, destinations: { own, forbidden: [] } },
        })
      // So that the books alone would not stop a second one.
      await gives(tx, bob, alice, '200')
      made = turn(alice)
      await somebodyWaits(made)
    })
    expect(await made).toBe(false)
    expect(await withdrawals(alice)).toHaveLength(1)
  },
)
