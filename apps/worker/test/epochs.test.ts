import { dollarContract, vaultContract } from '@rivulet/contracts'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { cancelWithdrawal, ensureMember, memberAccount } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import type { TestChainOptions } from '@rivulet/stack'
import { afterEach, expect, test } from 'vitest'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
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

let world: World
let worker: Worker
afterEach(() => world.close())

async function begin(options: TestChainOptions = {}): Promise<void> {
  world = await createWorld({ blockTime: null, ...options })
  worker = createWorker(world)
}

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const areSettled = async () => (await query(`select from epochs where status <> 'settled'`)).length === 0
const isMember = (address: string) => async () => (await memberOf(world.pool, address)) !== undefined
const lastEpoch = async () =>
  (await query<{ number: number }>('select coalesce(max(number), 0)::int as number from epochs'))[0]!.number

async function member(dollars: string) {
  const one = await person(world, '1000')
  await deposit(world, one, dollars)
  await turnUntil(world, [worker], isMember(one.address))
  return one
}

const leavesOf = (epoch: number) =>
  query<{ index: bigint; account: string; spendable: bigint; deposited: bigint }>(
    'select index, account, spendable, deposited from epoch_leaves where epoch = $1 order by index',
    [epoch],
  )

/** A deposit for somebody else: the vault asks nobody whether he wants it. */
async function depositFor(address: string, dollars: string): Promise<void> {
  const stranger = await person(world, dollars)
  const { token, vault } = world.chain
  await (await dollarContract(token, stranger).getFunction('approve')(vault, units(dollars))).wait()
  await (await vaultContract(vault, stranger).getFunction('deposit')(address, units(dollars))).wait()
}

test('a stranger who deposits for the treasury first does not keep the first epoch from being built', async () => {
  await begin()
  const { treasury } = worker.settlement
  await depositFor(treasury, '5')
  const alice = await member('10')
  await turnUntil(world, [worker], async () => (await lastEpoch()) > 0)
  await turnUntil(world, [worker], areSettled)
  const leaves = await leavesOf(await lastEpoch())
  expect(leaves.map(({ index, ...leaf }) => ({ ...leaf, isFirst: index === 0n }))).toEqual([
    { account: treasury, spendable: units('5'), deposited: units('5'), isFirst: true },
    { account: alice.address, spendable: units('10'), deposited: units('10'), isFirst: false },
  ])
  await expectLaws(world)
})

test('a treasury that becomes a member later keeps its place, and its money is in its leaf', async () => {
  await begin()
  const { treasury } = worker.settlement
  await member('10')
  await turnUntil(world, [worker], async () => (await lastEpoch()) > 0)
  await turnUntil(world, [worker], areSettled)
  await withTransaction(world.pool, (tx) => ensureMember(tx, [treasury]))
  await depositFor(treasury, '5')
  const before = await lastEpoch()
  await turnUntil(world, [worker], async () => (await lastEpoch()) > before)
  await turnUntil(world, [worker], areSettled)
  expect((await leavesOf(await lastEpoch()))[0]).toEqual({
    ...{ index: 0n, account: treasury, spendable: units('5'), deposited: units('5') },
  })
  await expectLaws(world)
})

test('what is posted before the snapshot and committed after it is in the next epoch', async () => {
  await begin()
  const [alice, bob] = [await member('10'), await member('10')]
  await turnUntil(world, [worker], areSettled)
  const [aliceId, bobId] = [
    (await memberOf(world.pool, alice.address))!,
    (await memberOf(world.pool, bob.address))!,
  ]
  const setAside = (id: string) => ({
    ...{ id: newId(), leg: 0, amount: amountOf(nano('1')), code: 22 },
    ...{ debit: memberAccount(id, 'available'), credit: memberAccount(id, 'pledge') },
  })
  const before = await lastEpoch()
  await withTransaction(world.pool, async (tx) => {
    expect(await ledgerOf(tx).post([setAside(aliceId)])).toEqual(['ok'])
    // Meanwhile, and later in the book: bob's, and an epoch.
    await withTransaction(world.pool, (other) => ledgerOf(other).post([setAside(bobId)]))
    await turnUntil(world, [worker], async () => (await lastEpoch()) > before)
    await turnUntil(world, [worker], areSettled)
  })
  expect(await lastEpoch()).toBe(before + 1)
  await turnUntil(world, [worker], async () => (await lastEpoch()) === before + 2)
  await turnUntil(world, [worker], areSettled)
  // And then there is nothing more to say.
  for (let turn = 0; turn < 3; turn++) expect(await worker.settle()).toContain('nothing to say')
})

test('cancelling what was asked for long ago is in the next epoch', async () => {
  await begin()
  const alice = await member('10')
  const memberId = (await memberOf(world.pool, alice.address))!
  await turnUntil(world, [worker], areSettled)
  // Asked for an hour before anything else here, and waiting since, as the token moves nothing.
  const hourAgo = (Date.now() - 3_600_000).toString(16).padStart(12, '0')
  const id = `${hourAgo.slice(0, 8)}-${hourAgo.slice(8)}${newId().slice(13)}`
  await (await world.chain.dollar.getFunction('setBlocked')(world.chain.vault, true)).wait()
  await withTransaction(world.pool, async (tx) => {
    const move = {
      debit: memberAccount(memberId, 'available'),
      credit: memberAccount(memberId, 'withdrawing'),
    }
    const answers = await ledgerOf(tx).post([{ id, leg: 0, ...move, amount: amountOf(nano('4')), code: 21 }])
    expect(answers).toEqual(['ok'])
    await tx.query(
      `insert into withdrawals (id, member_id, amount, "to", lane, status) values ($1, $2, $3, $4, 'push', 'requested')`,
      [id, memberId, nano('4'), alice.address],
    )
  })
  const before = await lastEpoch()
  await shift(world, alice.address, 'available', 'pledge', nano('1'))
  await turnUntil(world, [worker], async () => (await lastEpoch()) > before)
  await turnUntil(world, [worker], areSettled)
  expect(await statusOf(world.pool, id)).toBe('requested')
  const then = await lastEpoch()
  await withTransaction(world.pool, (tx) => cancelWithdrawal(tx, { memberId, id }))
  await turnUntil(world, [worker], async () => (await lastEpoch()) > then)
  await turnUntil(world, [worker], areSettled)
  const [, leaf] = await leavesOf(await lastEpoch())
  expect(leaf).toMatchObject({ account: alice.address, spendable: units('10') })
})

test('an epoch that fills the outflow limit can be committed whatever is collected meanwhile', async () => {
  // Half of what the vault holds, and no floor worth speaking of.
  await begin({ outflowFloor: 1n, outflowBps: 5_000 })
  const [alice, bob] = [await member('10'), await member('10')]
  await turnUntil(world, [worker], areSettled)
  const block = async (value: boolean) =>
    (await world.chain.dollar.getFunction('setBlocked')(bob.address, value)).wait()
  await block(true)
  const refused = await withdraw(world, worker, bob, '4')
  await turnUntil(world, [worker], () => hasAll(world.pool, [refused], 'owed'))
  await turnUntil(world, [worker], areSettled)
  await block(false)

  // The vault holds 20, of which bob may collect 4 at any time: half of 16 is what is certain, and not half of 20.
  const [first, second] = [
    await withdraw(world, worker, alice, '8'),
    await withdraw(world, worker, alice, '2'),
  ]
  await worker.settle()
  expect(await statusOf(world.pool, first)).toBe('settling')
  const claim = vaultContract(world.chain.vault, bob).getFunction('claimOwed')
  await (await claim(bob.address, bob.address)).wait()
  await turnUntil(world, [worker], () => hasAll(world.pool, [refused, first, second], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('1000'))
  expect(await query('select payout_total from epochs where payout_total > 0 order by number')).toEqual(
    ['4', '8', '2'].map((dollars) => ({ payout_total: units(dollars) })),
  )
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('6') })
  await turnUntil(world, [worker], areSettled)
  await expectLaws(world)
})
