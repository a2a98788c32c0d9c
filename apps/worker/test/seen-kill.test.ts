import { keccak256, Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { ask, expectFollowed } from './chain-truth.ts'
import { block, type Payer, payer, reorg, signDeposit } from './payers.ts'
import { WorkerProcess } from './worker-process.ts'
import { createWorld, environment, expectLaws, nano, units, type World, walletOf } from './world.ts'

/* The shipped worker is killed between seeing a deposit and booking it; what the chain did meanwhile counts. */

const FINAL_AFTER = 10
const PATIENCE = { timeout: 30_000, interval: 25 }

let world: World
let alice: Payer
beforeAll(async () => {
  world = await createWorld({ blockTime: null, finalAfter: FINAL_AFTER })
  await Promise.all([prepareQueue(world.database.adminUrl, 'rivulet_app'), WorkerProcess.compile()])
  alice = await payer(world)
  await world.chain.mine(FINAL_AFTER + 1)
})
afterEach(() => WorkerProcess.killAll())
afterAll(() => world.close())

// Only the test makes blocks: an epoch is built at once for the first deposit, and committed by nobody while none is checked.
const start = () =>
  new WorkerProcess({ ...environment(world), SETTLEMENT_SECONDS: '86400', CHECKER: 'required' })
const rows = async (sql: string, values: unknown[] = []) => (await world.pool.query(sql, values)).rows
const isSeen = async (account: string) =>
  (await rows('select from seen_deposits where account = $1', [account])).length
const cursor = async () => Number((await rows('select block_number as n from chain_cursor'))[0]?.n ?? 0)
const head = async () => Number(await ask<string>(world, 'eth_blockNumber'))
const stored = async () => (await rows('select hash from chain_blocks order by number desc limit 1'))[0]?.hash

async function untilFollowed(): Promise<void> {
  const latest = await ask<{ hash: string }>(world, 'eth_getBlockByNumber', ['latest', false])
  await expect.poll(stored, PATIENCE).toBe(latest.hash)
  await expect.poll(cursor, PATIENCE).toBe((await head()) - FINAL_AFTER)
  await expectFollowed(world)
}

/** Stands in the way of a statement of the worker, as somebody with a lock; resolves once it waits there. */
async function blockedAt(statement: string, lock: string, provoke: () => Promise<unknown>) {
  const client = await world.admin.connect()
  await client.query('begin')
  await client.query(lock)
  await provoke()
  const waiting = () =>
    world.admin
      .query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
        [`%${statement}%`],
      )
      .then((result) => result.rows.length)
  await expect.poll(waiting, PATIENCE).toBeGreaterThan(0)
  return async () => {
    await client.query('rollback')
    client.release()
  }
}

test('killed after it was seen; then the deposit vanishes, and another one becomes final', async () => {
  const [carol, dave] = [Wallet.createRandom().address, Wallet.createRandom().address]
  const worker = start()
  const paid = await signDeposit(world, alice, carol, units('3'))
  await block(world, [paid])
  await world.chain.mine(1)
  await expect.poll(() => isSeen(carol), PATIENCE).toBe(1)
  await worker.kill()

  await reorg(world, 2, [[await signDeposit(world, alice, dave, units('2'), paid.nonce), 1]])
  expect(await isSeen(carol)).toBe(1)
  const next = start()
  await expect.poll(() => isSeen(dave), PATIENCE).toBe(1)
  expect(await isSeen(carol)).toBe(0)
  await next.kill()
  await world.chain.mine(FINAL_AFTER)
  start()
  await untilFollowed()
  expect(await walletOf(world.pool, carol)).toEqual({})
  expect(await walletOf(world.pool, dave)).toEqual({ available: nano('2') })
  await expectLaws(world)
})

test('killed while it notes a deposit, and while it books it: the deposit is booked once', async () => {
  const carol = Wallet.createRandom().address
  const worker = start()
  await untilFollowed()
  const before = await stored()
  const paid = await signDeposit(world, alice, carol, units('4'))
  const undoNoting = await blockedAt(
    'insert into seen_deposits',
    `insert into seen_deposits select ${world.chain.chainId}, '${keccak256(paid.raw)}', i, 0, '', 0
     from generate_series(0, 9) as i`,
    () => block(world, [paid]),
  )
  await worker.kill()
  await undoNoting()
  // Blocks and what was seen in them are one transaction.
  expect([await isSeen(carol), await stored()]).toEqual([0, before])

  const second = start()
  await expect.poll(() => isSeen(carol), PATIENCE).toBe(1)
  const undoBooking = await blockedAt(
    'delete from seen_deposits where chain_id = $1 and block_number <=',
    'select from seen_deposits for update',
    () => world.chain.mine(FINAL_AFTER),
  )
  await second.kill()
  await undoBooking()
  expect(await isSeen(carol)).toBe(1)
  expect(await walletOf(world.pool, carol)).toEqual({})

  start()
  await untilFollowed()
  expect(await isSeen(carol)).toBe(0)
  expect(await walletOf(world.pool, carol)).toEqual({ available: nano('4') })
  await expectLaws(world)
})
