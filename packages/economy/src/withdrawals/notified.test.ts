import { readdirSync, readFileSync } from 'node:fs'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BATCH, openEpoch } from '../../test/epoch.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { cancelWithdrawal } from './cancel.ts'
import { releaseHeld } from './release-held.ts'
import { advance, insertWithdrawal, type Place } from './store.ts'
import type { WithdrawalStatus } from './withdrawal.ts'

const TO = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

let town: Town
let alice: string
beforeAll(async () => {
  town = await openTown()
  alice = await town.member()
  await openEpoch(town.pool)
})
afterAll(() => town.close())

/** Writes a withdrawal down without its money: of what is told, only the states matter here. */
async function begin(held: boolean, of = alice): Promise<string> {
  const id = newId()
  await withTransaction(town.pool, (tx) =>
    insertWithdrawal(tx, {
      ...{ id, memberId: of, amount: money('2.5'), to: TO, lane: 'push' as const },
      ...{ holdSeconds: held ? 3_600 : null, automatic: false },
    }),
  )
  return id
}

const go = (id: string, to: WithdrawalStatus, place: Place = {}) =>
  withTransaction(town.pool, (tx) => advance(tx, [id], to, to === 'settling' ? BATCH : place))

async function told(id: string): Promise<{ status: WithdrawalStatus; txHash?: string }[]> {
  const { rows } = await town.pool.query(
    `select body from notifications where ref_id = $1 and kind = 'withdrawal' order by id`,
    [id],
  )
  return rows.map((row) => row.body)
}

const noted = async (id: string) =>
  (
    await town.pool.query('select status from withdrawal_transitions where withdrawal_id = $1', [id])
  ).rows.map((row) => row.status as WithdrawalStatus)

/** Every way a withdrawal can go, as the states of DESIGN §4 draw it. */
const WAYS: WithdrawalStatus[][] = [
  ['requested', 'settling', 'submitted', 'confirmed'],
  ['held', 'requested', 'settling', 'submitted', 'owed', 'confirmed'],
  ['requested', 'settling', 'owed', 'confirmed'],
  ['requested', 'settling', 'confirmed'],
  ['requested', 'settling', 'submitted', 'refunded'],
  ['requested', 'settling', 'refunded'],
  ['requested', 'cancelled'],
  ['held', 'cancelled'],
  ['held', 'requested', 'cancelled'],
]

test.each(WAYS.map((way) => [way.join(' → '), way] as const))(
  '%s: each state is told once',
  async (_, way) => {
    const id = await begin(way[0] === 'held')
    for (const status of way.slice(1)) {
      expect(await go(id, status)).toEqual([id])
      // A second time is no transition, and is not told.
      expect(await go(id, status)).toEqual([])
    }
    expect((await told(id)).map((body) => body.status)).toEqual(way)
    expect(new Set(await noted(id))).toEqual(new Set(way))
  },
)

test('whatever is tried, what is told is the way that was gone', async () => {
  const states = fc.constantFrom<WithdrawalStatus>(
    ...([
      'requested',
      'held',
      'settling',
      'submitted',
      'confirmed',
      'cancelled',
      'owed',
      'refunded',
    ] as const),
  )
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(states, { maxLength: 12 }), async (held, tries) => {
      const id = await begin(held)
      const way: WithdrawalStatus[] = [held ? 'held' : 'requested']
      for (const status of tries) if ((await go(id, status)).length > 0) way.push(status)
      expect((await told(id)).map((body) => body.status)).toEqual(way)
      expect(new Set(await noted(id))).toEqual(new Set(way))
      const { rows } = await town.pool.query('select status from withdrawals where id = $1', [id])
      expect(rows).toEqual([{ status: way.at(-1) }])
    }),
    { numRuns: 40 },
  )
})

test('a transition that is not committed is not told', async () => {
  const id = await begin(false)
  await expect(
    withTransaction(town.pool, async (tx) => {
      await advance(tx, [id], 'settling', BATCH)
      throw new Error('killed here')
    }),
  ).rejects.toThrow('killed here')
  expect((await told(id)).map((body) => body.status)).toEqual(['requested'])
})

test('the body says what, where to and, once it is known, by which transaction', async () => {
  const id = await begin(false)
  await go(id, 'settling')
  await go(id, 'owed')
  await go(id, 'confirmed', { txHash: `0x${'ab'.repeat(32)}` })
  expect((await told(id)).at(0)).toEqual({ status: 'requested', amount: '2.5', to: TO, lane: 'push' })
  expect((await told(id)).at(-1)).toMatchObject({ status: 'confirmed', txHash: `0x${'ab'.repeat(32)}` })
})

test('no other statement moves a withdrawal from state to state', () => {
  const root = new URL('../../../../', import.meta.url)
  const sources = ['packages', 'apps', 'scripts'].flatMap((at) =>
    readdirSync(new URL(at, root), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && /(?<!\.test)\.ts$/.test(file.name))
      .map((file) => `${file.parentPath}/${file.name}`)
      .filter((path) => !/node_modules|generated|\/test\//.test(path)),
  )
  expect(sources.length).toBeGreaterThan(300)
  const moving = sources.filter((path) =>
    /insert\s+into\s+withdrawals\b|update\s+withdrawals\b[^;`]*\bstatus\s*=/i.test(
      readFileSync(path, 'utf8'),
    ),
  )
  expect(moving.map((path) => path.slice(path.indexOf('packages/')))).toEqual([
    'packages/economy/src/withdrawals/store.ts',
  ])
})

test('forty held ones whose hold is over, cancelled and released by two workers at once: each goes one way', async () => {
  const bob = await town.member({ has: '100' })
  const ids = await Promise.all(Array.from({ length: 40 }, () => begin(true, bob)))
  await withTransaction(town.pool, async (tx) => {
    // The money that a request would have moved.
    await ledgerOf(tx).post(
      ids.map((id) => ({
        ...{ id, leg: 0, debit: `member:${bob}:available`, credit: `member:${bob}:withdrawing` },
        ...{ amount: money('2.5'), code: 21 },
      })),
    )
    await tx.query('update withdrawals set held_until = now() where id = any($1::uuid[])', [ids])
  })
  const release = () => withTransaction(town.pool, (tx) => releaseHeld(tx, { limit: 3 }))
  const worker = async () => {
    while ((await release()) > 0);
  }
  const [, , ...answers] = await Promise.all([
    worker(),
    worker(),
    ...ids.map((id) => withTransaction(town.pool, (tx) => cancelWithdrawal(tx, { memberId: bob, id }))),
  ])
  // A requested one can be cancelled as well, so that all are; and what came first shows in what is told.
  expect(answers).toEqual(ids.map(() => ({ ok: true })))
  for (const id of ids)
    expect(['held,cancelled', 'held,requested,cancelled']).toContain(
      (await told(id)).map((body) => body.status).join(),
    )
  expect(await town.wallet(bob)).toMatchObject({ available: money('100'), withdrawing: 0n })
  expect(await town.lawsHold()).toBe(true)
})
