import {
  encodeEnterExitMode,
  encodeExit,
  encodeExitDeposit,
  encodeRequestExit,
  leafProof,
  parseVaultRevert,
} from '@rivulet/contracts'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { cancelWithdrawal, keptTree, memberAccount } from '@rivulet/economy'
import { amountOf, audit } from '@rivulet/ledger'
import { ZeroAddress } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  pullOut,
  shift,
  statusOf,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

const DAY = 86_400

let world: World
let worker: Worker
let alice: Awaited<ReturnType<typeof person>>
let bob: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
  alice = await person(world, '100')
  bob = await person(world, '100')
  await deposit(world, alice, '50')
  await deposit(world, bob, '50')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, bob.address)) !== undefined)
  await turnUntil(world, [worker], isSettled)
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () => {
  const rows = await query<{ status: string }>('select status from epochs order by number desc limit 1')
  return rows[0]?.status === 'settled'
}
const head = () => world.chain.vaultContract.getFunction('head').staticCall()
const accountOf = (address: string) => world.chain.vaultContract.getFunction('accountOf').staticCall(address)
const isResolved = async () =>
  (await query('select from exit_requests where resolved_block is not null')).length === 1
const forced = () =>
  query<{ id: string; status: string; amount: bigint; lane: string }>(
    'select id, status, amount, lane from withdrawals where forced order by id',
  )

/** What the vault's active epoch says of somebody. */
async function own(address: string) {
  const number = Number((await head()).number)
  const [epoch] = await query<{ number: number; depth: number }>(
    'select number, depth from epochs where number = $1',
    [number],
  )
  const [place] = await query<{ index: bigint }>('select index from vault_accounts where address = $1', [
    address,
  ])
  return (await leafProof(worker.chain.domain, epoch!.depth, place!.index, keptTree(world.pool, number)))!
}

async function send(from: typeof alice, data: string): Promise<void> {
  await (await from.sendTransaction({ to: world.chain.vault, data })).wait()
}

async function requestExit(of: typeof alice): Promise<void> {
  const { leaf, proof } = await own(of.address)
  await send(of, encodeRequestExit(leaf, proof))
}

/** The name of the vault's refusal to start exit mode, or null. */
async function whyNoExitMode(unserved: string): Promise<string | null> {
  try {
    await bob.call({ to: world.chain.vault, data: encodeEnterExitMode(unserved) })
    return null
  } catch (error) {
    return parseVaultRevert(error)?.name ?? 'another error'
  }
}

/** Somebody pays somebody out of `available`, as a tip would. */
async function pay(from: string, to: string, amount: bigint): Promise<void> {
  const [debit, credit] = await Promise.all([from, to].map((address) => memberOf(world.pool, address)))
  await withTransaction(world.pool, (tx) =>
    ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: memberAccount(debit!, 'available') },
        ...{ credit: memberAccount(credit!, 'available'), amount: amountOf(amount), code: 6 },
      },
    ]),
  )
}

test('whoever asks the vault to leave gets all that could be spent, and cannot spend it meanwhile', async () => {
  await shift(world, alice.address, 'available', 'pledge', nano('8'))
  const waiting = await withdraw(world, worker, alice, '1')
  await requestExit(alice)
  const resting = { ...worker, settle: async () => 'resting' }
  await turnUntil(world, [resting], async () => (await forced()).length === 1)
  expect(await walletOf(world.pool, alice.address)).not.toHaveProperty('available')
  expect(await walletOf(world.pool, alice.address)).not.toHaveProperty('pledge')
  expect((await forced())[0]).toMatchObject({ amount: nano('49'), lane: 'pull' })
  const memberId = (await memberOf(world.pool, alice.address))!
  const cancelled = await withTransaction(world.pool, async (tx) =>
    cancelWithdrawal(tx, { memberId, id: (await forced())[0]!.id }),
  )
  expect(cancelled).toEqual({ ok: false, code: 'not_cancellable' })

  await turnUntil(world, [worker], isResolved)
  await turnUntil(world, [worker], async () => (await forced())[0]?.status === 'confirmed')
  expect(await tokensOf(world.chain, alice.address)).toBe(units('99'))
  // What had been asked for in batches waited for that, so that her leaf held no payout.
  await turnUntil(world, [worker], () => hasAll(world.pool, [waiting], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('100'))
  expect(await walletOf(world.pool, alice.address)).toEqual({})
  expect(await whyNoExitMode(alice.address)).toBe('OperatorAlive')
  await turnUntil(world, [worker], isSettled)
  await expectLaws(world)
})

test('a member who keeps being paid cannot freeze the network', async () => {
  await requestExit(alice)
  const { exitDeadline } = await accountOf(alice.address)
  const [{ count: paidBefore }] = (await query<{ count: bigint }>(
    'select count(*) from ledger.transfer',
  )) as [{ count: bigint }]
  // Money comes in without a pause: before, while and after an epoch reads the books.
  let isOn = true
  const friend = (async () => {
    while (isOn) await pay(bob.address, alice.address, nano('0.001'))
  })()
  try {
    await turnUntil(world, [worker], isResolved)
  } finally {
    isOn = false
    await friend
  }
  const [{ count: paidAfter }] = (await query<{ count: bigint }>('select count(*) from ledger.transfer')) as [
    { count: bigint },
  ]
  expect(paidAfter - paidBefore).toBeGreaterThan(50n)
  expect((await accountOf(alice.address)).exitDeadline).toBe(0n)

  // The deadline passes; the operator has settled since, and nobody can start exit mode over Alice.
  await world.chain.skip(15 * DAY)
  const before = Number((await head()).number)
  await pay(bob.address, alice.address, nano('0.001'))
  await turnUntil(world, [worker], async () => Number((await head()).number) > before)
  const block = await world.chain.provider.getBlock('latest')
  expect(BigInt(block!.timestamp)).toBeGreaterThan(exitDeadline)
  expect(await whyNoExitMode(alice.address)).toBe('OperatorAlive')
  await turnUntil(world, [worker], isSettled)
  // What was set aside after the epoch that served her is authorised, and hers to claim.
  const ends = (await forced()).map((w) => w.status)
  expect(ends[0]).toBe('confirmed')
  expect(ends.filter((status) => !['owed', 'confirmed'].includes(status))).toEqual([])
  await expectLaws(world)
})

test('in exit mode settlement stands still for good, and what leaves is booked as far as the books go', async () => {
  const pulled = await pullOut(world, worker, alice, '5')
  await turnUntil(world, [worker], () => hasAll(world.pool, [pulled], 'owed'))
  await turnUntil(world, [worker], isSettled)
  // After the last epoch: Alice pays Bob, asks for more, and Carol deposits for the first time.
  await pay(alice.address, bob.address, nano('2'))
  const asked = await withdraw(world, worker, alice, '3')
  const carol = await person(world, '10')
  await deposit(world, carol, '10')
  const resting = { ...worker, settle: async () => 'resting' }
  await turnUntil(world, [resting], async () => (await memberOf(world.pool, carol.address)) !== undefined)

  await world.chain.skip(15 * DAY)
  expect(await whyNoExitMode(ZeroAddress)).toBeNull()
  await send(bob, encodeEnterExitMode(ZeroAddress))
  for (const somebody of [alice, bob]) {
    const { leaf, proof } = await own(somebody.address)
    await send(somebody, encodeExit(leaf, proof, somebody.address))
  }
  await send(carol, encodeExitDeposit(carol.address))
  expect(await Promise.all([alice, bob, carol].map((p) => tokensOf(world.chain, p.address)))).toEqual(
    ['100', '100', '10'].map(units),
  )

  const isBooked = async () => (await query(`select from chain_events where kind = 'exit'`)).length === 3
  await turnUntil(world, [worker], isBooked)
  expect(await statusOf(world.pool, pulled)).toBe('confirmed')
  expect(await statusOf(world.pool, asked)).toBe('cancelled')
  // The vault paid Alice the 2 that she had given to Bob, who left with his last leaf and without them.
  expect(await walletOf(world.pool, alice.address)).toEqual({})
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('2') })
  expect(await walletOf(world.pool, carol.address)).toEqual({})
  const halts = await query<{ reason: string; detail: string }>(
    `select reason, detail from halts where reason <> 'shortfall' order by reason desc`,
  )
  expect(halts.map((halt) => halt.reason)).toEqual(['frozen', 'exits beyond the books'])
  expect(halts[1]?.detail).toContain(`${alice.address} left with ${nano('2')} nano more`)
  await expect(withdraw(world, worker, bob, '1')).rejects.toThrow('frozen')
  await world.admin.query('update halts set cleared_at = now()')
  expect(await worker.settle()).toBe('halted: frozen')
  expect((await audit(world.pool)).violations).toEqual([])
})
