import {
  dollarContract,
  parseVaultRevert,
  surplusDebit,
  transferOfDebit,
  vaultContract,
} from '@rivulet/contracts'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { epochWithout, memberAccount, takeRevenue } from '@rivulet/economy'
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

test('revenue leaves by an epoch without it, each take paid out once, and what a stranger sent stays', async () => {
  const [alice, stranger] = [await person(world, '20'), await person(world, '5')]
  const treasurer = new Wallet(world.chain.keys.treasurer, world.chain.provider)
  const carol = Wallet.createRandom().address
  await deposit(world, alice, '20')
  await turnUntil(world, [worker], booked(alice.address))
  await earn(alice, '4.0000005')
  // An epoch with it: what the platform has taken in fees is in the treasury's leaf, and so owed.
  await turnUntil(world, [worker], ended(await withdraw(world, worker, alice, '1')))
  const [november, december] = [await take('november', '3'), await take('december', '1')]
  expect(await take('november', '3')).toBe(november)
  // 22 are needed then, and 19 are there: what alice has, what the platform has, and three more.
  expect(await refusal(takeOut(treasurer, carol, '3', november))).toEqual({
    name: 'Insolvent',
    args: [units('19'), units('22')],
  })
  const epochOf = () => withTransaction(world.pool, (tx) => epochWithout(tx, transferOfDebit(november)!))
  expect(await epochOf()).toBeUndefined()
  await turnUntil(world, [worker], async () => (await epochOf()) !== undefined)

  await takeOut(treasurer, carol, '3', november)
  expect(await refusal(takeOut(treasurer, carol, '1', november))).toMatchObject({ name: 'InvalidDebit' })
  // Both found at once: a gift, and what left after it.
  await (
    await dollarContract(world.chain.token, stranger).getFunction('transfer')(world.chain.vault, units('5'))
  ).wait()
  await takeOut(treasurer, carol, '1', december)
  await world.chain.mine(5)
  await turnUntil(world, [worker], ended(await withdraw(world, worker, alice, '10')))

  expect(await tokensOf(world.chain, carol)).toBe(units('4'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('11'))
  const { rows } = await world.pool.query(
    `select ref, balance from ledger.account where ref in ('chain:surplus', 'platform:revenue') order by ref`,
  )
  expect(rows).toEqual([
    { ref: 'chain:surplus', balance: nano('5') },
    { ref: 'platform:revenue', balance: 500n },
  ])
  expect(await auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, pino({ level: 'silent' }))).toBe(
    'every law holds',
  )
  await expectLaws(world)
})

test.each<[string, string, (take: string) => string, RegExp]>([
  ['a debit that nobody booked', '2', () => surplusDebit(newId()), /debit 0x\w+ is no booking$/],
  ['a debit that is no id', '2', () => `0x${'ab'.repeat(32)}`, /debit 0x(ab){32} is no booking$/],
  ['less than was booked', '1.5', (take) => take, /^1500000 units left .* is a booking of 2000000 units$/],
])('surplus that leaves by %s is booked, and halts', async (_, dollars, debitOf, detail) => {
  const [alice, stranger] = [await person(world, '10'), await person(world, '5')]
  const treasurer = new Wallet(world.chain.keys.treasurer, world.chain.provider)
  const carol = Wallet.createRandom().address
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], booked(alice.address))
  await earn(alice, '2')
  const booking = await take('november', '2')
  await (
    await dollarContract(world.chain.token, stranger).getFunction('transfer')(world.chain.vault, units('5'))
  ).wait()
  await takeOut(treasurer, carol, dollars, debitOf(booking))
  await turnUntil(world, [worker], async () => (await haltsOf()).length > 0)

  expect(await haltsOf()).toEqual([
    { scope: 'settlement', reason: 'surplus without a booking', detail: expect.stringMatching(detail) },
  ])
  expect(await worker.settle()).toBe('halted: surplus without a booking')
  // It has happened, so the books have it: the gift and the booking less what left, and the laws hold.
  const { rows } = await world.pool.query(`select balance from ledger.account where ref = 'chain:surplus'`)
  expect(rows).toEqual([{ balance: nano('7') - nano(dollars) }])
  expect(await auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, pino({ level: 'silent' }))).toBe(
    'every law holds',
  )

  // Somebody has looked, and everybody is paid.
  await world.admin.query('delete from halts')
  await turnUntil(world, [worker], ended(await withdraw(world, worker, alice, '8')))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('8'))
  await expectLaws(world)
})

/** As if members had paid the platform so much in fees. */
async function earn(from: { address: string }, dollars: string): Promise<void> {
  const id = (await memberOf(world.pool, from.address))!
  const fee = { debit: memberAccount(id, 'available'), credit: 'platform:revenue', code: 24 }
  const [answer] = await withTransaction(world.pool, (tx) =>
    ledgerOf(tx).post([{ id: newId(), leg: 0, ...fee, amount: amountOf(nano(dollars)) }]),
  )
  expect(answer).toBe('ok')
}

/** The operator books revenue to leave: the debit. */
async function take(key: string, dollars: string): Promise<string> {
  const result = await withTransaction(world.pool, (tx) =>
    takeRevenue(tx, worker.rules, { key, amount: amountOf(nano(dollars)) }),
  )
  if (!result.ok) throw new Error(result.code)
  return surplusDebit(result.take.id)
}

async function takeOut(treasurer: Wallet, to: string, dollars: string, debit: string): Promise<void> {
  const call = vaultContract(world.chain.vault, treasurer).getFunction('withdrawSurplus')
  await (await call(to, units(dollars), debit, { nonce: await treasurer.getNonce() })).wait()
}

const refusal = (call: Promise<void>) => call.then(() => undefined, parseVaultRevert)

async function haltsOf() {
  return (await world.pool.query('select scope, reason, detail from halts where cleared_at is null')).rows
}

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
