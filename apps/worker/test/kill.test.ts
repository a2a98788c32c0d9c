import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
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
 * The shipped worker is killed at a point, started again, and everybody must have been paid once. A point is hit by a
 * lock that the worker runs into, or by the proxy between it and its chain; one that is not hit in time fails.
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

/** A point to be killed at: arms itself, and resolves to what undoes the arming once the worker stands there. */
type Point = (
  place: { epoch: number; ids: string[] },
  what: 'commit' | 'activate' | 'batch:0',
) => Promise<() => Promise<void>>

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
let asked = 0n

/** Settlement stands still until this is ended, and no turn of it that began before runs any more. */
async function halted() {
  const { rows: raised } = await world.admin.query(
    `insert into halts (id, scope, reason, detail)
     values (gen_random_uuid(), 'settlement', 'a test', 'it arms a point') returning id`,
  )
  const said = async () =>
    (await rows(`select detail from worker_rooms where name = 'settlement'`))[0]?.detail as string
  await expect.poll(said, PATIENCE).toBe('halted: a test')
  return { end: () => world.admin.query('delete from halts where id = $1', [raised[0].id]) }
}

/** Whether what a point waits for stands in the way: a lock, or the proxy's trap. The last point only looks. */
const isArmed = (name: string) => name === 'after the confirmation' || obstacles.length > 0 || proxy.isArmed()

test('the shipped worker credits the deposits', async () => {
  await expect.poll(() => memberOf(world.pool, bob.address), PATIENCE).toBeDefined()
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('1000') })
})

describe.each([
  ['batch:0', Object.keys(points)],
  ['commit', Object.keys(points).slice(1, 8)],
  ['activate', ['after the broadcast']],
] as const)('killed at the transaction of the %s', (what, names) => {
  test.each(names)('%s', async (name) => {
    await expect.poll(settledAll, PATIENCE).toBe(true)
    const worker = createWorker(world)
    // No epoch begins while the point is armed for the one that comes next.
    const standStill = await halted()
    await expect.poll(settledAll, PATIENCE).toBe(true)
    asked += 1n
    const amount = `1.0000${10n + asked}`
    const before = { alice: await paidTo(alice.address), bob: await paidTo(bob.address) }
    const wallets = {
      alice: await walletOf(world.pool, alice.address),
      bob: await walletOf(world.pool, bob.address),
    }
    const ids = [await withdraw(world, worker, alice, amount), await withdraw(world, worker, bob, '2.5')]
    const last = (await rows('select coalesce(max(number), 0) as number from epochs'))[0]
    const reached = points[name]!({ epoch: Number(last?.number) + 1, ids }, what)
    await expect.poll(() => isArmed(name), PATIENCE).toBe(true)
    await standStill.end()
    const undo = await reached
    await running!.kill()
    await undo()
    start()

    await expect
      .poll(() => Promise.all(ids.map((id) => statusOf(world.pool, id))), PATIENCE)
      .toEqual(['confirmed', 'confirmed'])
    await expect.poll(settledAll, PATIENCE).toBe(true)
    expect(await paidTo(alice.address)).toEqual([...before.alice, units(amount)])
    expect(await paidTo(bob.address)).toEqual([...before.bob, units('2.5')])
    expect(await walletOf(world.pool, alice.address)).toEqual({
      available: wallets.alice.available! - nano(amount),
    })
    expect(await walletOf(world.pool, bob.address)).toEqual({
      available: wallets.bob.available! - nano('2.5'),
    })
    expect(await tokensOf(world.chain, world.chain.vault)).toBe(
      (wallets.alice.available! + wallets.bob.available! - nano(amount) - nano('2.5')) / 1000n,
    )
    await expectLaws(world)
  })
})
