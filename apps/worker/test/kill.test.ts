import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { type ChainProxy, chainProxy, type RpcCall } from './chain-proxy.ts'
import { WorkerProcess } from './worker-process.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  expectLaws,
  memberOf,
  nano,
  person,
  statusOf,
  tokensOf,
  units,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

/*
 * The shipped worker is killed at a point, started again, killed at the next, and everybody must have been paid once. A
 * point is hit by a lock that the worker runs into, or by the proxy between it and its chain; one that is not hit in time
 * fails.
 */

const PATIENCE = { timeout: 30_000, interval: 25 }

let world: World
let proxy: ChainProxy
let alice: Awaited<ReturnType<typeof person>>
let bob: Awaited<ReturnType<typeof person>>
let running: WorkerProcess | undefined
let checker: WorkerProcess | undefined

beforeAll(async () => {
  world = await createWorld({ blockTime: 0.2, challengeDelaySeconds: 1 })
  proxy = await chainProxy(world.chain.rpcUrl)
  await Promise.all([prepareQueue(world.database.adminUrl, 'rivulet_app'), WorkerProcess.compile()])
  alice = await person(world, '1000')
  bob = await person(world, '1000')
  await deposit(world, alice, '1000')
  await deposit(world, bob, '1000')
  // Nothing is committed that it has not judged; it is not among those that are killed.
  checker = new WorkerProcess(environment(world), 'checker/main.ts')
  start()
})
afterAll(async () => {
  await running?.stop()
  await checker?.stop()
  await WorkerProcess.killAll()
  await proxy.close()
  await world.close()
})

function start(): void {
  running = new WorkerProcess({ ...environment(world, proxy.url), CHECKER: 'required' })
}

/** The transaction of an epoch that a point is of. */
type What = 'commit' | 'activate' | 'batch:0'

/** A point to be killed at: arms itself, and resolves to what undoes the arming once the worker stands there. */
type Point = (place: { epoch: number; ids: string[] }, what: What) => Promise<() => Promise<void>>

const rows = async (sql: string, values: unknown[] = []) => (await world.pool.query(sql, values)).rows
const statusFor = async (purpose: string) =>
  (await rows('select status from chain_transactions where purpose = $1', [purpose]))[0]?.status as
    | string
    | undefined
const attemptsFor = async (purpose: string): Promise<{ hash: string; raw: string }[]> =>
  (await rows(
    'select a.hash, a.raw from chain_attempts a join chain_transactions t on t.id = a.transaction_id where purpose = $1',
    [purpose],
  )) as { hash: string; raw: string }[]

/** Asks the chain itself, by nothing but HTTP. */
async function ask(method: string, params: unknown[]) {
  const response = await fetch(world.chain.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return ((await response.json()) as { result: unknown }).result
}

const obstacles: (() => Promise<void>)[] = []
afterEach(async () => {
  proxy.release()
  for (const undo of obstacles.splice(0)) await undo()
})

/** Opens a transaction as somebody else, with a statement that the worker will run into. */
async function obstacle(sql: string, values: unknown[] = []): Promise<() => Promise<void>> {
  const client: pg.PoolClient = await world.admin.connect()
  await client.query('begin')
  await client.query(sql, values)
  let inTheWay = true
  const undo = async () => {
    if (inTheWay) await client.query('rollback').finally(() => client.release())
    inTheWay = false
  }
  obstacles.push(undo)
  return undo
}

/** Resolves when a statement of the worker waits for a lock. */
async function untilBlocked(statement: string): Promise<void> {
  const blocked = () =>
    world.admin
      .query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
        [`%${statement}%`],
      )
      .then((result) => result.rows.length)
  await expect.poll(blocked, PATIENCE).toBeGreaterThan(0)
}

const within = (what: string, hit: Promise<void>): Promise<void> =>
  Promise.race([
    hit,
    new Promise<void>((_, reject) => {
      setTimeout(() => reject(new Error(`not hit: ${what}`)), PATIENCE.timeout).unref()
    }),
  ])

const purposeOf = (epoch: number, what: string) => `epoch:${epoch}:${what}`
const isFeeQuery = ({ method }: RpcCall) => method === 'eth_maxPriorityFeePerGas'

const points: Record<string, Point> = {
  'before an epoch is built': async ({ epoch, ids }) => {
    const undo = await obstacle(
      `insert into epochs (number, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
         expected_executed, data_hash, snapshot_block, snapshot_legs) values ($1, '', '', 0, 0, 4, 0, 0, '', '', 0, 0)`,
      [epoch],
    )
    await untilBlocked('insert into epochs')
    expect(await statusOf(world.pool, ids[0]!)).toBe('requested')
    return undo
  },

  'before the nonce row': async ({ epoch }, what) => {
    const undo = await obstacle(
      `insert into chain_transactions (id, chain_id, signer, nonce, purpose, "to", data, gas_limit)
       values (gen_random_uuid(), 0, 'nobody', 0, $1, '', '', 0)`,
      [purposeOf(epoch, what)],
    )
    await untilBlocked('insert into chain_transactions')
    expect(await statusFor(purposeOf(epoch, what))).toBeUndefined()
    return undo
  },

  'after the nonce row': async ({ epoch }, what) => {
    const purpose = purposeOf(epoch, what)
    await within(
      'the nonce row',
      proxy.hold('before', async (call) => isFeeQuery(call) && (await statusFor(purpose)) === 'reserved'),
    )
    expect(await attemptsFor(purpose)).toEqual([])
    return async () => proxy.release()
  },

  'before the commit of the bytes': async (place, what) => {
    const release = await points['after the nonce row']!(place, what)
    const undo = await obstacle('lock table chain_attempts in share mode')
    await release()
    await untilBlocked('insert into chain_attempts')
    expect(await attemptsFor(purposeOf(place.epoch, what))).toEqual([])
    return undo
  },

  'after the commit of the bytes': async ({ epoch }, what) => {
    const purpose = purposeOf(epoch, what)
    const isFirstLook = async ({ method, params }: RpcCall) =>
      method === 'eth_getTransactionReceipt' &&
      (await attemptsFor(purpose)).some(({ hash }) => hash === params[0])
    await within('the first look for a receipt', proxy.hold('before', isFirstLook))
    expect(await statusFor(purpose)).toBe('signed')
    return async () => proxy.release()
  },

  'before the broadcast': async ({ epoch }, what) => {
    const purpose = purposeOf(epoch, what)
    await within('the broadcast', proxy.hold('before', isBroadcastOf(purpose)))
    const [attempt] = await attemptsFor(purpose)
    expect(await ask('eth_getTransactionByHash', [attempt?.hash])).toBeNull()
    return async () => proxy.release()
  },

  'after the broadcast': async ({ epoch }, what) => {
    const purpose = purposeOf(epoch, what)
    await within('the broadcast', proxy.hold('after', isBroadcastOf(purpose)))
    const [attempt] = await attemptsFor(purpose)
    expect(await ask('eth_getTransactionByHash', [attempt?.hash])).not.toBeNull()
    return async () => proxy.release()
  },

  'when it is mined and not noted': async ({ epoch }, what) => {
    const purpose = purposeOf(epoch, what)
    const isNews = async ({ method, params }: RpcCall) =>
      method === 'eth_getTransactionReceipt' &&
      (await attemptsFor(purpose)).some(({ hash }) => hash === params[0]) &&
      (await ask(method, params)) !== null
    await within('the receipt', proxy.hold('after', isNews))
    expect(await statusFor(purpose)).toBe('signed')
    return async () => proxy.release()
  },

  'before the confirmation': async ({ ids }) => {
    const undo = await obstacle(
      `insert into withdrawal_transitions (withdrawal_id, status) values ($1, 'confirmed')`,
      [ids[0]],
    )
    await untilBlocked('insert into withdrawal_transitions')
    expect(await statusOf(world.pool, ids[0]!)).toBe('submitted')
    return undo
  },

  'after the confirmation': async ({ ids }) => {
    await expect.poll(() => statusOf(world.pool, ids[0]!), { ...PATIENCE, interval: 1 }).toBe('confirmed')
    return async () => {}
  },
}

function isBroadcastOf(purpose: string) {
  return async ({ method, params }: RpcCall) =>
    method === 'eth_sendRawTransaction' && (await attemptsFor(purpose)).some(({ raw }) => raw === params[0])
}

/** keccak256("Transfer(address,address,uint256)"), as every ERC-20 logs it. */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const word = (address: string) => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`

/** The amounts that the vault ever transferred to an address, in token units, as the chain's logs have them. */
async function paidTo(address: string): Promise<bigint[]> {
  const filter = {
    address: world.chain.token,
    fromBlock: '0x0',
    toBlock: 'latest',
    topics: [TRANSFER, word(world.chain.vault), word(address)],
  }
  return ((await ask('eth_getLogs', [filter])) as { data: string }[]).map(({ data }) => BigInt(data))
}

const settledAll = async () => (await rows(`select from epochs where status <> 'settled'`)).length === 0

/** Whether what a point waits for stands in the way: a lock, or the proxy's trap. The last point only looks. */
const isArmed = (name: string) => name === 'after the confirmation' || obstacles.length > 0 || proxy.isArmed()

/** Ends the worker while nothing is on its way. */
async function untilAtRest(): Promise<void> {
  await vi.waitFor(async () => expect(await settledAll()).toBe(true), PATIENCE)
  await running!.kill()
  if (await settledAll()) return
  start()
  await untilAtRest()
}

test('the shipped worker credits the deposits', async () => {
  await expect.poll(() => memberOf(world.pool, bob.address), PATIENCE).toBeDefined()
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('1000') })
})

/*
 * Two epochs, and the worker of each is killed on and on: the points of a transaction are dealt out between them by turns,
 * so that after every restart it goes past a point unharmed before the next one ends it.
 */
const epochs: [amount: string, kills: [What, string][]][] = [
  [
    '1.000011',
    [
      ['batch:0', 'before an epoch is built'],
      ['commit', 'before the nonce row'],
      ['commit', 'before the commit of the bytes'],
      ['commit', 'before the broadcast'],
      ['commit', 'when it is mined and not noted'],
      ['activate', 'after the broadcast'],
      ['batch:0', 'after the nonce row'],
      ['batch:0', 'after the commit of the bytes'],
      ['batch:0', 'after the broadcast'],
      ['batch:0', 'before the confirmation'],
    ],
  ],
  [
    '1.000012',
    [
      ['commit', 'after the nonce row'],
      ['commit', 'after the commit of the bytes'],
      ['commit', 'after the broadcast'],
      ['batch:0', 'before the nonce row'],
      ['batch:0', 'before the commit of the bytes'],
      ['batch:0', 'before the broadcast'],
      ['batch:0', 'when it is mined and not noted'],
      ['batch:0', 'after the confirmation'],
    ],
  ],
]

describe.each(epochs)('alice asks for %s', (amount, kills) => {
  let place: { epoch: number; ids: string[] }
  let before: Record<'alice' | 'bob', { paid: bigint[]; wallet: Record<string, bigint> }>
  const standing = async (address: string) => ({
    paid: await paidTo(address),
    wallet: await walletOf(world.pool, address),
  })

  beforeAll(async () => {
    await untilAtRest()
    before = { alice: await standing(alice.address), bob: await standing(bob.address) }
    const worker = createWorker(world)
    const ids = [await withdraw(world, worker, alice, amount), await withdraw(world, worker, bob, '2.5')]
    const [last] = await rows('select coalesce(max(number), 0) as number from epochs')
    place = { epoch: Number(last?.number) + 1, ids }
  })

  test.each(kills)('killed at the transaction of the %s, %s', async (what, name) => {
    const reached = points[name]!(place, what)
    await expect.poll(() => isArmed(name), PATIENCE).toBe(true)
    start()
    const undo = await reached
    await running!.kill()
    await undo()
  })

  test('everybody is paid once', async () => {
    start()
    await expect
      .poll(() => Promise.all(place.ids.map((id) => statusOf(world.pool, id))), PATIENCE)
      .toEqual(['confirmed', 'confirmed'])
    await expect.poll(settledAll, PATIENCE).toBe(true)
    const [hers, his] = [before.alice.wallet.available!, before.bob.wallet.available!]
    expect(await standing(alice.address)).toEqual({
      paid: [...before.alice.paid, units(amount)],
      wallet: { available: hers - nano(amount) },
    })
    expect(await standing(bob.address)).toEqual({
      paid: [...before.bob.paid, units('2.5')],
      wallet: { available: his - nano('2.5') },
    })
    expect(await tokensOf(world.chain, world.chain.vault)).toBe(
      (hers + his - nano(amount) - nano('2.5')) / 1000n,
    )
    await expectLaws(world)
  })
})
