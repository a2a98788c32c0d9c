import { vaultContract } from '@rivulet/contracts'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { discardEpoch } from '../src/settlement/discard.ts'
import { chainProxy } from './chain-proxy.ts'
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
let alice: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
  alice = await person(world, '100')
  await deposit(world, alice, '10')
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () => (await query(`select from epochs where status <> 'settled'`)).length === 0
const isMember = async () => (await memberOf(world.pool, alice.address)) !== undefined
const halts = () =>
  query<{ scope: string; reason: string }>('select scope, reason from halts order by created_at')
const rpc = (method: string, params: unknown[] = []) => world.chain.provider.send(method, params)
const transactions = (purpose: string) =>
  query<{ purpose: string; status: string; succeeded: boolean }>(
    'select purpose, status, succeeded from chain_transactions where purpose like $1 order by nonce',
    [`${purpose}%`],
  )
const guardian = () =>
  vaultContract(world.chain.vault, new Wallet(world.chain.keys.guardian, world.chain.provider))

test('a deposit that is not final yet is credited to nobody', async () => {
  await worker.watch()
  expect(await isMember()).toBe(false)
  await turnUntil(world, [worker], isMember)
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
})

test('blocks that were booked and have changed halt all booking', async () => {
  await turnUntil(world, [worker], isMember)
  await world.admin.query(`update chain_cursor set block_hash = $1`, [`0x${'ab'.repeat(32)}`])
  await deposit(world, alice, '5')
  for (let turn = 0; turn < 6; turn++) {
    await worker.watch()
    await world.chain.mine(1)
  }
  expect(await halts()).toEqual([{ scope: 'booking', reason: 'reorg past finality' }])
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
  expect(await worker.settle()).toBe('halted: reorg past finality')
})

test('a node that leaves out logs makes nothing booked, and no surplus either', async () => {
  const proxy = await chainProxy(world.chain.rpcUrl)
  try {
    proxy.rewrite(({ method }, answer) =>
      method === 'eth_getLogs' ? { ...(answer as object), result: [] } : answer,
    )
    await world.chain.mine(3)
    const misled = createWorker(world, proxy.url)
    await expect(misled.watch()).rejects.toThrow('deposits of 0 instead of 10000000')
    expect(await query('select from chain_events')).toEqual([])
    proxy.rewrite(undefined)
    await misled.watch()
    expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('10') })
    misled.chain.provider.destroy()
  } finally {
    await proxy.close()
  }
})

test('money missing in the vault halts settlement, and only that', async () => {
  await turnUntil(world, [worker], isMember)
  const id = await withdraw(world, worker, alice, '1')
  // The vault's own key does not exist; the embedded chain lets us have it.
  await rpc('anvil_impersonateAccount', [world.chain.vault])
  await rpc('anvil_setBalance', [world.chain.vault, '0xde0b6b3a7640000'])
  const data = world.chain.dollar.interface.encodeFunctionData('transfer', [
    Wallet.createRandom().address,
    1n,
  ])
  await rpc('eth_sendTransaction', [{ from: world.chain.vault, to: world.chain.token, data }])
  await turnUntil(
    world,
    [{ ...worker, settle: async () => 'resting' }],
    async () => (await halts()).length > 0,
  )

  expect(await halts()).toEqual([{ scope: 'settlement', reason: 'shortfall' }])
  expect(await worker.settle()).toBe('halted: shortfall')
  expect(await statusOf(world.pool, id)).toBe('requested')
  await deposit(world, alice, '2')
  await turnUntil(
    world,
    [worker],
    async () => (await walletOf(world.pool, alice.address)).available === nano('11'),
  )
})

test('a paused vault delays an epoch, without a transaction that would fail', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  await (await guardian().getFunction('pause')()).wait()
  const id = await withdraw(world, worker, alice, '1')
  expect(await worker.settle()).toContain('would fail: IsPaused')
  const reserved = await transactions('epoch:')
  expect(await worker.settle()).toContain('would fail: IsPaused')
  expect(await transactions('epoch:')).toEqual(reserved)

  const admin = new Wallet(world.chain.keys.admin, world.chain.provider)
  await (await vaultContract(world.chain.vault, admin).getFunction('unpause')()).wait()
  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  await expectLaws(world)
})

test('a transaction whose block vanishes is sent again, byte for byte', async () => {
  await turnUntil(world, [worker], isMember)
  const id = await withdraw(world, worker, alice, '1')
  const isMined = async () => (await transactions('epoch:%:batch:0'))[0]?.status === 'mined'
  for (let turn = 0; !(await isMined()); turn++) {
    if (turn > 40) throw new Error('the batch was never mined')
    for (const room of ['watch', 'settle', 'send', 'send'] as const) await worker[room]()
    if (!(await isMined())) await world.chain.skip(2)
  }
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  await rpc('anvil_reorg', [1, []])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('90'))

  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  const attempts = await query<{ n: bigint }>(
    'select count(*) as n from chain_attempts group by transaction_id order by 1 desc limit 1',
  )
  expect(attempts).toEqual([{ n: 1n }])
  await expectLaws(world)
})

test('a transaction that was mined and failed is repeated with a new nonce, once that is final', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  const id = await withdraw(world, worker, alice, '1')
  await rpc('evm_setAutomine', [false])
  await worker.settle()
  const [epoch] = await query<{ number: number }>('select max(number) as number from epochs')
  const purpose = `epoch:${epoch?.number}:commit`
  // The pause offers more, so it comes first in the block, and the commit fails.
  const pause = await guardian().getFunction('pause')({
    maxPriorityFeePerGas: 10n ** 12n,
    maxFeePerGas: 10n ** 13n,
  })
  await worker.send()
  await rpc('evm_mine')
  await pause.wait()
  await rpc('evm_setAutomine', [true])
  const admin = new Wallet(world.chain.keys.admin, world.chain.provider)
  await (await vaultContract(world.chain.vault, admin).getFunction('unpause')()).wait()

  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  expect(await transactions(purpose)).toEqual([
    { purpose, status: 'final', succeeded: false },
    { purpose: `${purpose}#2`, status: 'final', succeeded: true },
  ])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  await expectLaws(world)
})

test('a batch that a stranger executes is booked like our own', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  const id = await withdraw(world, worker, alice, '1')
  await worker.settle()
  const [batch] = await query<{ epoch: number; records: string }>('select epoch, records from epoch_batches')
  const head = () => world.chain.vaultContract.getFunction('head').staticCall()
  await turnUntil(world, [{ ...worker, watch: async () => 'resting' }], async () => {
    if (Number((await head()).number) === batch?.epoch) return true
    await worker.settle()
    await worker.send()
    return Number((await head()).number) === batch?.epoch
  })
  const stranger = await person(world, '0')
  await (
    await vaultContract(world.chain.vault, stranger).getFunction('executeBatch')(0, batch?.records, [])
  ).wait()

  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  expect(await transactions('epoch:%:batch')).toEqual([])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  await expectLaws(world)
})

test('a vetoed epoch halts settlement; when somebody has looked, it is given back and built again', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  const id = await withdraw(world, worker, alice, '1')
  await worker.settle()
  await worker.send()
  await (await guardian().getFunction('veto')()).wait()
  await turnUntil(world, [worker], async () => (await halts()).length > 0)

  expect(await halts()).toEqual([{ scope: 'settlement', reason: 'epoch voided' }])
  expect(await statusOf(world.pool, id)).toBe('settling')
  expect(await tokensOf(world.chain, alice.address)).toBe(units('90'))
  const [voided] = await query<{ number: number; status: string; root: string; data_hash: string }>(
    'select number, status, root, data_hash from epochs order by number desc',
  )
  expect(voided?.status).toBe('voided')
  const clearing = `settling:${voided?.number}`
  expect(await query('select balance from ledger.account where ref = $1', [clearing])).toEqual([
    { balance: nano('1') },
  ])

  // Whatever the reason, a person clears it; two workers then find the same epoch.
  await world.admin.query('update halts set cleared_at = now()')
  const other = createWorker(world)
  await turnUntil(world, [worker, other], () => hasAll(world.pool, [id], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('91'))
  expect(await query('select number, attempt, root, reason from discarded_epochs')).toEqual([
    { number: voided?.number, attempt: 1, root: voided?.root, reason: 'voided on the chain' },
  ])
  expect(await query('select attempt from epochs where number = $1', [voided?.number])).toEqual([
    { attempt: 2 },
  ])
  expect((await transactions(`epoch:${voided?.number}/2:`)).map((t) => t.purpose)).toEqual(
    ['commit', 'activate', 'batch:0'].map((what) => `epoch:${voided?.number}/2:${what}`),
  )
  // Taken, given back, taken again, paid; what it was first is remembered.
  expect(
    await query('select leg::int, amount from ledger.transfer where id = $1 order by leg', [id]),
  ).toEqual([0, 2, 3, 4].map((leg) => ({ leg, amount: nano('1') })))
  await world.admin.query('delete from halts')
  await expectLaws(world)
  other.chain.provider.destroy()
})

test('an epoch whose commit can never pass is discarded by itself, but never while one is under way', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  const id = await withdraw(world, worker, alice, '1')
  // Built, and its commit reserved and signed, for a past that the vault does not have.
  await rpc('evm_setAutomine', [false])
  await worker.settle()
  await world.admin.query(`update epochs set expected_executed = '0x1' where status = 'built'`)
  await worker.send()
  const [epoch] = await query<{ number: number }>(`select number from epochs where status = 'built'`)
  const discard = () =>
    discardEpoch({ pool: world.pool, rules: worker.rules }, { number: epoch!.number, attempt: 1 }, 'a test')
  expect(await discard()).toEqual({
    discarded: false,
    because: `epoch:${epoch?.number}:commit is signed`,
  })
  expect(await statusOf(world.pool, id)).toBe('settling')
  await rpc('evm_setAutomine', [true])
  await rpc('evm_mine')
  expect(await discard()).toMatchObject({ discarded: false })
  // That one was committed: as it was signed, and not as the row says now.
  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  await turnUntil(world, [worker], isSettled)

  const next = await withdraw(world, worker, alice, '2')
  await (await guardian().getFunction('pause')()).wait()
  await worker.settle()
  await world.admin.query(`update epochs set expected_executed = '0x1' where status = 'built'`)
  const admin = new Wallet(world.chain.keys.admin, world.chain.provider)
  await (await vaultContract(world.chain.vault, admin).getFunction('unpause')()).wait()
  await turnUntil(world, [worker], () => hasAll(world.pool, [next], 'confirmed'))
  expect(await query('select attempt, reason from discarded_epochs')).toEqual([
    { attempt: 1, reason: 'its commit fails: BatchesChanged' },
  ])
  expect(await tokensOf(world.chain, alice.address)).toBe(units('93'))
  await expectLaws(world)
})

test('somebody else using the operator key halts settlement', async () => {
  await turnUntil(world, [worker], isMember)
  await turnUntil(world, [worker], isSettled)
  await withdraw(world, worker, alice, '1')
  await worker.settle()
  await rpc('evm_setAutomine', [false])
  await worker.send()
  await rpc('anvil_dropAllTransactions')
  const thief = new Wallet(world.chain.keys.operator, world.chain.provider)
  const stolen = await thief.sendTransaction({ to: alice.address, value: 1n })
  await rpc('evm_setAutomine', [true])
  await world.chain.mine(5)
  await stolen.wait()
  // A node behind a balancer may be late with a receipt: however often it is asked, it says one thing a block.
  for (let look = 0; look < 6; look++) await worker.send()
  expect(await halts()).toEqual([])
  await turnUntil(world, [worker], async () => (await halts()).length > 0)
  expect(await halts()).toEqual([{ scope: 'settlement', reason: 'foreign transaction' }])
})
