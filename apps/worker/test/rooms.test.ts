import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import { ensureMember, memberAccount, rulesFrom } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditBooks } from '../src/audit/audit.ts'
import { clearDue } from '../src/periods/clear.ts'
import type { Room } from '../src/rooms/room.ts'
import { RoomRunner } from '../src/rooms/run-room.ts'
import {
  createWorker,
  createWorld,
  deposit,
  environment,
  memberOf,
  nano,
  person,
  shift,
  turnUntil,
  type Worker,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

const log = pino({ level: 'silent' })

let world: World
let worker: Worker
let alice: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
  alice = await person(world, '100')
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, alice.address)) !== undefined)
})
afterEach(() => world.close())

const halts = async () => (await world.pool.query('select scope, reason, detail from halts')).rows

test('the audit finds books that are right, and halts settlement over those that are not', async () => {
  const audit = () => auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, log)
  const id = await withdraw(world, worker, alice, '1')
  expect(await audit()).toBe('every law holds')
  expect(await halts()).toEqual([])

  await world.admin.query('update withdrawals set amount = amount + 1000 where id = $1', [id])
  await expect(audit()).rejects.toThrow('1 laws broken')
  expect(await halts()).toEqual([
    {
      scope: 'settlement',
      reason: 'broken law',
      detail: `what is withdrawing is the sum of requested withdrawals: expected ${nano('1') + 1000n} found ${nano('1')}`,
    },
  ])
  expect(await worker.settle()).toBe('halted: broken law')
})

test('a balance that somebody forced is found', async () => {
  const account = memberAccount((await memberOf(world.pool, alice.address))!, 'available')
  await world.admin.query('alter table ledger.account disable trigger all')
  await world.admin.query('update ledger.account set balance = balance + 7 where ref = $1', [account])
  await expect(auditBooks({ pool: world.pool, clearingMaxAgeMs: 60_000 }, log)).rejects.toThrow('laws broken')
  const [halt] = await halts()
  expect(halt.detail).toContain(`balance_differs ${account} expected ${nano('10')} found ${nano('10') + 7n}`)
})

test('an epoch that takes too long is an alarm, and halts nothing', async () => {
  await withdraw(world, worker, alice, '1')
  await turnUntil(world, [worker], async () => {
    const { rows } = await world.pool.query(
      `select from ledger.account where ref like 'settling:%' and balance > 0`,
    )
    return rows.length > 0
  })
  await expect(auditBooks({ pool: world.pool, clearingMaxAgeMs: -1 }, log)).rejects.toThrow(
    '1 accounts overdue',
  )
  expect(await halts()).toEqual([])
})

test('pending money is cleared when its period is over and its hold has passed', async () => {
  const rules = rulesFrom(environment(world))
  const bob = await person(world, '0')
  await deposit(world, alice, '1')
  const [payer, post, interaction] = [(await memberOf(world.pool, alice.address))!, newId(), newId()]
  const receiver = (await withTransaction(world.pool, (tx) => ensureMember(tx, [bob.address]))).get(
    bob.address,
  )!
  await world.pool.query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    post,
    receiver,
  ])
  await world.pool.query(
    `insert into interactions (id, actor_id, post_id, kind, credited, period) values ($1, $2, $3, 'like', 1000000, 0)`,
    [interaction, payer, post],
  )
  const insertReceipt = (id: string, clearsAt: string) =>
    world.pool.query(
      `insert into receipts (id, interaction_id, payer_id, receiver_id, post_id, kind, stream, source, gross, period, hold,
         rule_version, weight, total_weight, clears_at)
       values ($1, $2, $3, $4, $5, 'like', 2, 'pledge', 1000000, 0, 'normal', 1, 1, 1, now() + $6::interval)`,
      [id, interaction, payer, receiver, post, clearsAt],
    )
  await insertReceipt(newId(), '-1 second')
  // As if alice's like had credited it.
  await shift(world, alice.address, 'available', 'pending', 1_000_000n)
  await withTransaction(world.pool, (tx) =>
    ledgerOf(tx).post([
      {
        id: newId(),
        leg: 0,
        debit: memberAccount(payer, 'pending'),
        credit: memberAccount(receiver, 'pending'),
        amount: amountOf(1_000_000n),
        code: 2,
      },
    ]),
  )
  expect(await clearDue({ pool: world.pool, rules }, log)).toBe('nothing is due')
  // 0.001 less 5 %.
  expect(await walletOf(world.pool, bob.address)).toEqual({ available: nano('0.00095') })
})

test('two workers take turns in a room, one that fails is noted, and draining waits for the turn that runs', async () => {
  const pools = [createPool(world.database.url), createPool(world.database.url)]
  const [first, second] = pools.map((pool) => new RoomRunner(pool, log)) as [RoomRunner, RoomRunner]
  let [inside, most, turns] = [0, 0, 0]
  let leave = () => {}
  const room: Room = {
    name: 'a room',
    everyMs: 1_000,
    async run() {
      turns++
      most = Math.max(most, ++inside)
      await new Promise<void>((resolve) => {
        leave = resolve
      })
      inside--
      return 'done'
    },
  }
  const running = first.run(room)
  await expect.poll(() => inside).toBe(1)
  await second.run(room)
  void first.run(room)
  let isDrained = false
  const drained = first.drain().then(() => {
    isDrained = true
  })
  expect([turns, isDrained]).toEqual([1, false])
  leave()
  await Promise.all([running, drained])
  await first.run(room)
  expect([turns, most]).toEqual([1, 1])

  const failed = { ...room, run: async () => Promise.reject(new Error('no chain today')) }
  await second.run(failed)
  const { rows } = await world.pool.query('select name, ok, detail from worker_rooms')
  expect(rows).toEqual([{ name: 'a room', ok: false, detail: 'no chain today' }])
  await Promise.all(pools.map((pool) => pool.end()))
})
