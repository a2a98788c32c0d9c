import {
  encodeAnswerDemand,
  encodeDemandLeaf,
  leafProof,
  parseVaultRevert,
  readVault,
  vaultContract,
} from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chainProxy } from './chain-proxy.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
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

const DELAY = 60

let world: World
let worker: Worker
let [alice, bob, carol]: Awaited<ReturnType<typeof person>>[] = []
/** Everybody is in epoch 1, and epoch 2, which pays bob, is pending. */
let paid: string
let validAt: number
beforeEach(async () => {
  world = await createWorld({ blockTime: null, challengeDelaySeconds: DELAY })
  worker = createWorker(world)
  const people = [await person(world, '100'), await person(world, '100'), await person(world, '100')]
  ;[alice, bob, carol] = people
  for (const somebody of people) await deposit(world, somebody, '50')
  const resting = { ...worker, settle: async () => 'resting' }
  await turnUntil(world, [resting], async () => (await memberOf(world.pool, carol!.address)) !== undefined)
  await turnUntil(world, [worker], async () => (await state()).head.pending)
  await world.chain.skip(DELAY)
  await turnUntil(world, [worker], isSettled)
  paid = await withdraw(world, worker, bob!, '5')
  await turnUntil(world, [worker], async () => (await state()).head.pending)
  validAt = (await state()).head.validAt
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () =>
  (await query(`select from epochs where status = 'settled'`)).length > 0 &&
  (await query(`select from epochs where status <> 'settled'`)).length === 0
const state = () => readVault(world.chain.vault, world.chain.provider, 'latest')
const sentFor = (what: string) =>
  query<{ purpose: string; status: string; succeeded: boolean | null }>(
    'select purpose, status, succeeded from chain_transactions where purpose like $1 order by nonce',
    [`epoch:2%:${what}%`],
  )
const placeOf = async (who: typeof alice) =>
  (await query<{ index: bigint }>('select index from vault_accounts where address = $1', [who!.address]))[0]!
    .index

/** A member's leaf in an epoch and its proof, as the API hands them out. */
async function own(who: typeof alice, number: number) {
  const [epoch] = await query<{ depth: number }>('select depth from epochs where number = $1', [number])
  const { domain } = worker.chain
  return (await leafProof(domain, epoch!.depth, await placeOf(who), keptTree(world.pool, number)))!
}

const send = async (from: typeof alice, data: string) =>
  (await from!.sendTransaction({ to: world.chain.vault, data })).wait()

async function demand(who: typeof alice) {
  const { leaf, proof } = await own(who, 1)
  return send(who, encodeDemandLeaf(leaf, proof))
}

/** Anybody who has the leaf may show it. */
async function answerInstead(from: typeof alice, of: typeof alice) {
  const [old, fresh] = [await own(of, 1), await own(of, 2)]
  return send(from, encodeAnswerDemand(old.leaf, fresh.leaf, fresh.proof))
}

/** Epoch 2 becomes active, and bob has his 5. */
async function expectPaid() {
  await world.chain.skip(DELAY)
  await turnUntil(world, [worker], () => hasAll(world.pool, [paid], 'confirmed'))
  await turnUntil(world, [worker], isSettled)
  expect(await tokensOf(world.chain, bob!.address)).toBe(units('55'))
  expect((await state()).head).toMatchObject({ number: 2, pending: false, demands: 0 })
  expect(await query('select from discarded_epochs')).toEqual([])
  await expectLaws(world)
}

test('alice doubts that she is in the next epoch; she is shown her leaf at once, and the epoch pays bob', async () => {
  await demand(alice)
  expect((await state()).head.demands).toBe(1)
  const place = await placeOf(alice)
  // A node that leaves the demand out of its logs cannot hide that there is one, nor that another node shows it.
  const proxy = await chainProxy(world.chain.rpcUrl)
  proxy.rewrite(({ method }, answer) =>
    method === 'eth_getLogs' ? { ...(answer as object), result: [] } : answer,
  )
  expect(await createWorker(world, proxy.url).settle()).toBe(
    'epoch 2: open demands: 1; the node does not show which',
  )
  const seeing = createWorker(world, proxy.url, { secondUrl: world.chain.rpcUrl })
  expect(await seeing.settle()).toBe(`epoch 2: open demands: 1; epoch:2:demand:${place} is reserved`)
  await proxy.close()
  await worker.send()
  // The challenge delay has not passed, and nobody waited for it.
  const { head, block } = await state()
  expect(head).toMatchObject({ number: 1, pending: true, demands: 0 })
  expect(block.timestamp).toBeLessThan(validAt)
  expect(await worker.settle()).toBe('epoch 2: waiting for the challenge delay')
  await expect(demand(alice)).rejects.toSatisfy((e) => parseVaultRevert(e)?.name === 'AlreadyDemanded')
  await expectPaid()
  expect(await sentFor('demand')).toMatchObject([{ status: 'final', succeeded: true }])
})

test('three demand at once; others answer two of them, before the worker looked and after, and it the third', async () => {
  for (const somebody of [alice, bob, carol]) await demand(somebody)
  await answerInstead(carol, bob)
  await worker.settle()
  // All that is open in one turn, and nothing for what somebody else has shown.
  const [a, c] = [await placeOf(alice), await placeOf(carol)]
  expect((await sentFor('demand')).map(({ purpose }) => purpose)).toEqual([
    `epoch:2:demand:${a}`,
    `epoch:2:demand:${c}`,
  ])
  // The worker's answer to alice has its nonce, and comes too late.
  await answerInstead(bob, alice)
  await worker.send()
  await expect.poll(async () => (await state()).head.demands, { timeout: 20_000 }).toBe(0)
  await expectPaid()
  // What failed is not sent again: nobody waits for it.
  expect(await sentFor('demand')).toEqual([
    { purpose: `epoch:2:demand:${a}`, status: 'final', succeeded: false },
    { purpose: `epoch:2:demand:${c}`, status: 'final', succeeded: true },
  ])
})

test('a demand in the last second, when the activation is signed already, costs that transaction and no epoch', async () => {
  const { provider } = world.chain
  const nextBlockAt = (time: number) => provider.send('evm_setNextBlockTimestamp', [time])
  // The worker has seen a block after the delay, which a reorganisation then takes back.
  const before = await provider.send('evm_snapshot', [])
  await world.chain.skip(DELAY)
  expect(await worker.settle()).toBe('epoch 2: epoch:2:activate is reserved')
  expect(await provider.send('evm_revert', [before])).toBe(true)
  await nextBlockAt(validAt - 1)
  await demand(alice)
  await nextBlockAt(validAt)
  await worker.send()
  expect((await state()).head).toMatchObject({ number: 1, demands: 1 })
  // Its time has come, and the answer comes first.
  expect((await state()).block.timestamp).toBe(validAt)
  expect(await worker.settle()).toContain(`demand:${await placeOf(alice)} is reserved`)
  await worker.send()
  const { head, block } = await state()
  expect(head.demands).toBe(0)
  expect(block.timestamp).toBeLessThan(validAt + DELAY)
  await expectPaid()
  expect(await sentFor('activate')).toEqual([
    { purpose: 'epoch:2:activate', status: 'final', succeeded: false },
    { purpose: 'epoch:2:activate#2', status: 'final', succeeded: true },
  ])
})

test('a demand of an epoch that was vetoed is nobody’s any more; of the second build, bob’s is answered', async () => {
  await demand(alice)
  const guardian = new Wallet(world.chain.keys.guardian, world.chain.provider)
  await (await vaultContract(world.chain.vault, guardian).getFunction('veto')()).wait()
  await turnUntil(world, [worker], async () => (await query('select from halts')).length > 0)
  await world.admin.query('delete from halts')
  await turnUntil(world, [worker], async () => (await state()).head.pending)
  expect(await query('select attempt from epochs where number = 2')).toEqual([{ attempt: 2 }])
  await demand(bob)
  await worker.settle()
  await worker.send()
  expect((await state()).head.demands).toBe(0)
  await world.chain.skip(DELAY)
  await turnUntil(world, [worker], () => hasAll(world.pool, [paid], 'confirmed'))
  await turnUntil(world, [worker], isSettled)
  expect((await sentFor('demand')).map(({ purpose }) => purpose)).toEqual([
    `epoch:2/2:demand:${await placeOf(bob)}`,
  ])
  expect(await walletOf(world.pool, bob!.address)).toEqual({ available: 45_000_000_000n })
  await expectLaws(world)
})

test('a leaf that the books have lost is said, and shown as soon as it is there again', async () => {
  await demand(alice)
  await demand(carol)
  const place = await placeOf(alice)
  const lost = await world.admin.query(
    'delete from epoch_leaves where epoch = 2 and index = $1 returning *',
    [place],
  )
  await expect(worker.settle()).rejects.toThrow(`epoch 2 has no leaf to show at place ${place}`)
  const { head } = await state()
  expect(head.demands).toBe(2)
  // Without alice's leaf no proof beside it leads to the root, so the vault would refuse carol's answer too.
  expect(await sentFor('demand')).toEqual([])
  const row = lost.rows[0]
  await world.admin.query(
    `insert into epoch_leaves (${Object.keys(row).join(', ')}) values (${Object.keys(row).map((_, i) => `$${i + 1}`)})`,
    Object.values(row),
  )
  await worker.settle()
  await worker.send()
  expect((await state()).head.demands).toBe(0)
  await expectPaid()
  expect(await statusOf(world.pool, paid)).toBe('confirmed')
})
