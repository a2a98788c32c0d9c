import { createPool, newId, withTransaction } from '@rivulet/db'
import { act, ensureMember, markRead, notificationsOf, rulesFrom } from '@rivulet/economy'
import { testDatabase } from '@rivulet/stack'
import { afterAll, afterEach, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { WorkerProcess } from './worker-process.ts'
import { SECRET_KEY } from './world.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }

const database = await testDatabase()
await prepareQueue(database.adminUrl, 'rivulet_app')
const pool = createPool(database.url, { max: 5 })
const owner = createPool(database.adminUrl, { max: 2 })

afterEach(() => WorkerProcess.killAll())
afterAll(async () => {
  await Promise.all([pool.end(), owner.end()])
  await database.close()
})

/** The shipped worker, without a chain: it has rooms that need none. */
const worker = () =>
  new WorkerProcess({
    ...{ DATABASE_URL: database.url, CHAIN_RPC_URL: 'http://127.0.0.1:9', CHAIN_ID: '31337' },
    ...{ VAULT_ADDRESS: `0x${'11'.repeat(20)}`, TOKEN_ADDRESS: `0x${'22'.repeat(20)}` },
    ...{
      VAULT_DEPLOY_BLOCK: '0',
      OPERATOR_KEY: `0x${'ab'.repeat(32)}`,
      RIVULET_EMBEDDED: 'true',
      SECRET_KEY,
    },
  })

async function members(count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`)
  const ids = await withTransaction(pool, (tx) => ensureMember(tx, addresses))
  return addresses.map((address) => ids.get(address) as string)
}

const isWaiting = async () => {
  const { rows } = await owner.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query = 'delete from notifications where id = any ($1::uuid[])'`,
  )
  return rows.length > 0
}

test('killed while it tells of likes, two workers after it tell of each once', async () => {
  const [alice, ...fans] = (await members(31)) as [string, ...string[]]
  const post = newId()
  await pool.query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    post,
    alice,
  ])
  const rules = rulesFrom({})
  const like = (...actors: string[]) =>
    withTransaction(pool, (tx) =>
      act(
        tx,
        rules,
        actors.map((actorId) => ({ actorId, postId: post, kind: 'like' as const, on: true })),
      ),
    )
  const told = async () =>
    (await notificationsOf(pool, alice, { take: 100 })).map(({ kind, body }) => [kind, body.count])
  const rows = async () => (await pool.query('select from told_reactions')).rowCount

  // What it counts is written, and no group yet.
  const first = worker()
  const holder = await owner.connect()
  await holder.query('begin')
  await holder.query('lock table notifications in share row exclusive mode')
  await like(...fans.slice(0, 20))
  await expect.poll(isWaiting, PATIENCE).toBe(true)
  await first.kill()
  await holder.query('rollback')
  holder.release()
  expect([await told(), await rows()]).toEqual([[], 0])

  const [second, third] = [worker(), worker()]
  await like(...fans.slice(20))
  await expect.poll(told, PATIENCE).toEqual([['like', 30]])
  expect(await rows()).toBe(30)
  await markRead(pool, { memberId: alice, until: newId() })
  await withTransaction(pool, (tx) =>
    act(tx, rules, [{ actorId: fans[0]!, postId: post, kind: 'repost', on: true }]),
  )
  await expect.poll(told, PATIENCE).toEqual([
    ['repost', 1],
    ['like', 30],
  ])
  expect([await second.stop(), await third.stop()]).toEqual([0, 0])
})
