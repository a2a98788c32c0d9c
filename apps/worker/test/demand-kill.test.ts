import { encodeDemandLeaf, leafProof, readVault, vaultContract } from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { type ChainProxy, chainProxy, type RpcCall } from './chain-proxy.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  expectLaws,
  person,
  statusOf,
  tokensOf,
  units,
  type World,
  withdraw,
} from './world.ts'

/* The shipped worker is killed while it answers a demand, and started again. */

const PATIENCE = { timeout: 30_000, interval: 25 }

let world: World
let proxy: ChainProxy
let running: WorkerProcess
let alice: Awaited<ReturnType<typeof person>>
beforeAll(async () => {
  world = await createWorld({ blockTime: 0.2, challengeDelaySeconds: 4 })
  proxy = await chainProxy(world.chain.rpcUrl)
  await Promise.all([prepareQueue(world.database.adminUrl, 'rivulet_app'), WorkerProcess.compile()])
  alice = await person(world, '100')
  await deposit(world, alice, '50')
  start()
})
afterAll(async () => {
  await WorkerProcess.killAll()
  await proxy.close()
  await world.close()
})

function start(): void {
  running = new WorkerProcess(environment(world, proxy.url))
}

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () =>
  (await query(`select from epoch_leaves where account = $1`, [alice.address])).length > 0 &&
  (await query(`select from epochs where status <> 'settled'`)).length === 0
const head = async () => (await readVault(world.chain.vault, world.chain.provider, 'latest')).head
const attemptsFor = (purpose: string) =>
  query<{ raw: string }>(
    'select raw from chain_attempts a join chain_transactions t on t.id = a.transaction_id where purpose = $1',
    [purpose],
  )

const points: Record<string, (purpose: string) => Promise<void>> = {
  'between the nonce row and the bytes': (purpose) =>
    proxy.hold('before', async ({ method }: RpcCall) => {
      if (method !== 'eth_maxPriorityFeePerGas') return false
      return (await query('select from chain_transactions where purpose = $1', [purpose])).length > 0
    }),
  'after the broadcast, before its answer': (purpose) =>
    proxy.hold('after', async ({ method, params }: RpcCall) => {
      if (method !== 'eth_sendRawTransaction') return false
      return (await attemptsFor(purpose)).some(({ raw }) => raw === params[0])
    }),
}

test.each(Object.keys(points))('killed %s: alice is answered once, and paid', async (name) => {
  await expect.poll(isSettled, PATIENCE).toBe(true)
  const { number } = await head()
  const { rules, chain } = createWorker(world)
  const before = await tokensOf(world.chain, alice.address)
  const withdrawal = await withdraw(world, { rules }, alice, '2.5')
  await expect.poll(async () => (await head()).pending, PATIENCE).toBe(true)

  const [epoch] = await query<{ depth: number }>('select depth from epochs where number = $1', [number])
  const [place] = await query<{ index: bigint }>('select index from vault_accounts where address = $1', [
    alice.address,
  ])
  const purpose = `epoch:${number + 1}:demand:${place!.index}`
  const reached = points[name]!(purpose)
  const old = (await leafProof(chain.domain, epoch!.depth, place!.index, keptTree(world.pool, number)))!
  const sent = await alice.sendTransaction({
    to: world.chain.vault,
    data: encodeDemandLeaf(old.leaf, old.proof),
  })
  await sent.wait()
  await reached
  await running.kill()
  proxy.release()
  start()

  await expect.poll(() => statusOf(world.pool, withdrawal), PATIENCE).toBe('confirmed')
  expect(await tokensOf(world.chain, alice.address)).toBe(before + units('2.5'))
  expect((await head()).number).toBe(number + 1)
  const vault = vaultContract(world.chain.vault, world.chain.provider)
  const answers = await vault.queryFilter(vault.filters.DemandAnswered!(number + 1))
  expect(answers).toHaveLength(1)
  expect(await attemptsFor(purpose)).toHaveLength(1)
  await expectLaws(world)
})
