import { dollarContract, surplusDebit, vaultContract } from '@rivulet/contracts'
import { newId } from '@rivulet/db'
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
  statusOf,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
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
const settled = async () => {
  const { rows } = await world.pool.query(`select from epochs where status <> 'settled'`)
  return rows.length === 0
}

test('alice deposits, asks for a part of it, and finds exactly that in her wallet', async () => {
  const alice = await person(world, '100')
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], booked(alice.address))
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
  expect(await tokensOf(world.chain, alice.address)).toBe(units('90'))

  const id = await withdraw(world, worker, alice, '4.25')
  expect(await walletOf(world.pool, alice.address)).toEqual({
    available: nano('5.75'),
    withdrawing: nano('4.25'),
  })
  await turnUntil(world, [worker], ended(id))

  expect(await statusOf(world.pool, id)).toBe('confirmed')
  expect(await tokensOf(world.chain, alice.address)).toBe(units('94.25'))
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('5.75') })
  const { rows } = await world.pool.query(
    'select status from withdrawal_transitions where withdrawal_id = $1 order by at, status',
    [id],
  )
  expect(rows.map((row) => row.status)).toEqual(['requested', 'settling', 'submitted', 'confirmed'])
  await turnUntil(world, [worker], settled)
  await expectLaws(world)
})

test('a recipient whom the token refuses stops nobody, is owed, and collects later', async () => {
  const [alice, bob] = [await person(world, '10'), await person(world, '10')]
  await deposit(world, alice, '10')
  await deposit(world, bob, '10')
  await turnUntil(world, [worker], booked(bob.address))
  await (await world.chain.dollar.getFunction('setBlocked')(bob.address, true)).wait()
  const ids = [
    await withdraw(world, worker, alice, '2'),
    await withdraw(world, worker, bob, '3'),
    await withdraw(world, worker, bob, '1.5'),
  ]
  await turnUntil(world, [worker], ended(...ids))

  expect(await Promise.all(ids.map((id) => statusOf(world.pool, id)))).toEqual(['confirmed', 'owed', 'owed'])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('2'))
  expect(await tokensOf(world.chain, bob.address)).toBe(0n)
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('5.5'), owed: nano('4.5') })
  await expectLaws(world)

  await (await world.chain.dollar.getFunction('setBlocked')(bob.address, false)).wait()
  const claim = vaultContract(world.chain.vault, bob).getFunction('claimOwed')
  await (await claim(bob.address, bob.address)).wait()
  await turnUntil(world, [worker], ended(...ids))
  await turnUntil(world, [worker], () => hasAll(world.pool, ids, 'confirmed'))
  expect(await tokensOf(world.chain, bob.address)).toBe(units('4.5'))
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('5.5') })
  await expectLaws(world)
})

test('tokens that a stranger sends to the vault are surplus, and settlement goes on', async () => {
  const [alice, stranger] = [await person(world, '10'), await person(world, '3')]
  await deposit(world, alice, '10')
  await (
    await dollarContract(world.chain.token, stranger).getFunction('transfer')(world.chain.vault, units('3'))
  ).wait()
  await turnUntil(world, [worker], booked(alice.address))
  const id = await withdraw(world, worker, alice, '10')
  await turnUntil(world, [worker], ended(id))

  const { rows } = await world.pool.query(`select balance from ledger.account where ref = 'chain:surplus'`)
  expect(rows).toEqual([{ balance: nano('3') }])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('10'))
  expect(await memberOf(world.pool, stranger.address)).toBeUndefined()
  await expectLaws(world)
})

test('what a stranger sent and the treasurer took out, both found at once, halts nothing', async () => {
  const [alice, stranger, carol] = [
    await person(world, '10'),
    await person(world, '5'),
    await person(world, '0'),
  ]
  await deposit(world, alice, '10')
  await (
    await dollarContract(world.chain.token, stranger).getFunction('transfer')(world.chain.vault, units('5'))
  ).wait()
  const treasurer = new Wallet(world.chain.keys.treasurer, world.chain.provider)
  const takeOut = vaultContract(world.chain.vault, treasurer).getFunction('withdrawSurplus')
  for (const dollars of ['1', '2'])
    await (
      await takeOut(carol.address, units(dollars), surplusDebit(newId()), {
        nonce: await treasurer.getNonce(),
      })
    ).wait()
  await world.chain.mine(5)
  await turnUntil(world, [worker], booked(alice.address))
  const id = await withdraw(world, worker, alice, '10')
  await turnUntil(world, [worker], ended(id))

  expect(await tokensOf(world.chain, carol.address)).toBe(units('3'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('10'))
  const { rows } = await world.pool.query(`select balance from ledger.account where ref = 'chain:surplus'`)
  expect(rows).toEqual([{ balance: nano('2') }])
  await expectLaws(world)
  expect(await auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, pino({ level: 'silent' }))).toBe(
    'every law holds',
  )
})

test('two workers at once pay everybody once', async () => {
  const people = await Promise.all(['9', '9', '9', '9'].map((dollars) => person(world, dollars)))
  for (const one of people) await deposit(world, one, '9')
  const workers = [worker, createWorker(world)]
  await turnUntil(world, workers, booked(people.at(-1)!.address))
  for (let round = 1; round <= 3; round++) {
    const ids = await Promise.all(people.map((one) => withdraw(world, worker, one, '2.000001')))
    await turnUntil(world, workers, ended(...ids))
    for (const one of people)
      expect(await tokensOf(world.chain, one.address)).toBe(units('2.000001') * BigInt(round))
  }
  await turnUntil(world, workers, settled)
  const { rows } = await world.pool.query(
    `select nonce - min(nonce) over () as place from chain_transactions order by nonce`,
  )
  expect(rows.map((row) => row.place)).toEqual(rows.map((_, i) => i))
  await expectLaws(world)
})

test('an epoch of recipients who are all refused holds nobody up', async () => {
  const [alice, bob] = [await person(world, '10'), await person(world, '10')]
  await deposit(world, alice, '10')
  await deposit(world, bob, '10')
  await turnUntil(world, [worker], booked(bob.address))
  const block = async (address: string, value: boolean) =>
    (await world.chain.dollar.getFunction('setBlocked')(address, value)).wait()
  await block(alice.address, true)
  await block(bob.address, true)
  const refused = [await withdraw(world, worker, alice, '2'), await withdraw(world, worker, bob, '3')]
  await turnUntil(world, [worker], () => hasAll(world.pool, refused, 'owed'))
  await turnUntil(world, [worker], settled)

  await block(alice.address, false)
  const later = await withdraw(world, worker, alice, '1')
  await turnUntil(world, [worker], ended(later))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('1'))
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('7'), owed: nano('2') })
  await expectLaws(world)
})

test('while the token is stopped, withdrawals wait as they are', async () => {
  const [alice, bob] = [await person(world, '10'), await person(world, '10')]
  await deposit(world, alice, '10')
  await deposit(world, bob, '10')
  await turnUntil(world, [worker], booked(bob.address))
  await (await world.chain.dollar.getFunction('setBlocked')(world.chain.vault, true)).wait()
  const ids = [await withdraw(world, worker, alice, '2'), await withdraw(world, worker, bob, '3')]
  for (let turn = 0; turn < 8; turn++) {
    for (const room of ['watch', 'settle', 'send'] as const) await worker[room]()
    await world.chain.skip(2)
  }
  expect(await hasAll(world.pool, ids, 'requested')).toBe(true)

  await (await world.chain.dollar.getFunction('setBlocked')(world.chain.vault, false)).wait()
  await turnUntil(world, [worker], ended(...ids))
  expect(await hasAll(world.pool, ids, 'confirmed')).toBe(true)
  await expectLaws(world)
})
