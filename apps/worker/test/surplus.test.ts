import { dollarContract, surplusDebit, vaultContract } from '@rivulet/contracts'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { epochWithout, takeRevenue } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { Wallet } from 'ethers'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditBooks } from '../src/audit/audit.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

let world: World
let worker: Worker
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
})
afterEach(() => world.close())

const booked = (address: string) => async () => (await memberOf(world.pool, address)) !== undefined
const ended =
  (...ids: string[]) =>
  () =>
    hasAll(world.pool, ids, 'confirmed', 'owed')

const sends = async (from: Parameters<typeof dollarContract>[1], dollars: string) =>
  (
    await dollarContract(world.chain.token, from).getFunction('transfer')(world.chain.vault, units(dollars))
  ).wait()

async function takesOut(to: string, dollars: string, debit: string): Promise<void> {
  const treasurer = new Wallet(world.chain.keys.treasurer, world.chain.provider)
  const takeOut = vaultContract(world.chain.vault, treasurer).getFunction('withdrawSurplus')
  const nonce = await treasurer.getNonce()
  await (await takeOut(to, units(dollars), debit, { nonce })).wait()
}

const surplus = async () =>
  (await world.pool.query(`select balance from ledger.account where ref = 'chain:surplus'`)).rows[0]?.balance
const standing = async () =>
  (await world.pool.query('select scope, reason, detail from halts where cleared_at is null')).rows

test('tokens that a stranger sends to the vault are surplus, and settlement goes on', async () => {
  const [alice, stranger] = [await person(world, '10'), await person(world, '3')]
  await deposit(world, alice, '10')
  await sends(stranger, '3')
  await turnUntil(world, [worker], booked(alice.address))
  const id = await withdraw(world, worker, alice, '10')
  await turnUntil(world, [worker], ended(id))

  const { rows } = await world.pool.query(`select balance from ledger.account where ref = 'chain:surplus'`)
  expect(rows).toEqual([{ balance: nano('3') }])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('10'))
  expect(await memberOf(world.pool, stranger.address)).toBeUndefined()
  await expectLaws(world)
})

test('the treasurer takes out what was booked out of revenue, and what a stranger sent stays', async () => {
  const [alice, stranger, carol] = [
    await person(world, '200'),
    await person(world, '5'),
    await person(world, '0'),
  ]
  await deposit(world, alice, '200')
  await sends(stranger, '5')
  await turnUntil(world, [worker], booked(alice.address))
  const before = await surplus()
  // Revenue of 2 dollars that alice has paid in fees.
  const aliceId = await memberOf(world.pool, alice.address)
  const debits = [newId(), newId()]
  await withTransaction(world.pool, async (tx) => {
    await ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: `member:${aliceId}:available`, credit: 'platform:revenue' },
        ...{ amount: amountOf(nano('3')), code: 24 },
      },
    ])
    for (const [i, id] of debits.entries())
      expect(await takeRevenue(tx, { unit: 1_000n }, { id, amount: amountOf(nano(`${i + 1}`)) })).toEqual({
        ...{ ok: true, repeated: false },
      })
  })
  expect(await epochWithout(world.pool, debits[0]!)).toBeUndefined()
  const id = await withdraw(world, worker, alice, '10')
  await turnUntil(world, [worker], ended(id))
  expect(await epochWithout(world.pool, debits[0]!)).toBeGreaterThan(0)

  // Both found at once.
  await takesOut(carol.address, '1', surplusDebit(debits[0]!))
  await takesOut(carol.address, '2', surplusDebit(debits[1]!))
  await world.chain.mine(5)
  const again = await withdraw(world, worker, alice, '10')
  await turnUntil(world, [worker], ended(again))

  expect(await tokensOf(world.chain, carol.address)).toBe(units('3'))
  expect(await surplus()).toBe(before)
  expect(await standing()).toEqual([])
  await expectLaws(world)
  expect(await auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, pino({ level: 'silent' }))).toBe(
    'every law holds',
  )
})

test('surplus that leaves against no booking, or one of another amount, is booked and halts settlement', async () => {
  const [alice, stranger, carol] = [
    await person(world, '10'),
    await person(world, '5'),
    await person(world, '0'),
  ]
  await deposit(world, alice, '10')
  await sends(stranger, '5')
  await turnUntil(world, [worker], booked(alice.address))
  const before = await surplus()
  const smaller = newId()
  const aliceId = await memberOf(world.pool, alice.address)
  await withTransaction(world.pool, async (tx) => {
    await ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: `member:${aliceId}:available`, credit: 'platform:revenue' },
        ...{ amount: amountOf(nano('1')), code: 24 },
      },
    ])
    await takeRevenue(tx, { unit: 1_000n }, { id: smaller, amount: amountOf(nano('1')) })
  })
  for (const debit of [surplusDebit(newId()), `0x${'07'.repeat(32)}`, surplusDebit(smaller)]) {
    await takesOut(carol.address, '1.5', debit)
    await world.chain.mine(5)
    await turnUntil(world, [worker], async () => (await standing()).length > 0)
    expect(await standing()).toMatchObject([
      { scope: 'settlement', reason: 'surplus without a booking', detail: expect.stringContaining(debit) },
    ])
    await world.admin.query('update halts set cleared_at = now()')
  }
  expect(await surplus()).toBe(before + nano('1') - nano('4.5'))
  expect(await auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, pino({ level: 'silent' }))).toBe(
    'every law holds',
  )
})
