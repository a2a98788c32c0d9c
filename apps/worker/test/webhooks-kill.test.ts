import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPool } from '@rivulet/db'
import { testDatabase } from '@rivulet/stack'
import { afterAll, afterEach, expect, test } from 'vitest'
import { prepareQueue } from '../src/prepare-queue.ts'
import { receiver, selfSigned } from './certificate.ts'
import { webhooksWorld } from './webhooks.ts'
import { WorkerProcess } from './worker-process.ts'
import { SECRET_KEY } from './world.ts'

const PATIENCE = { timeout: 60_000, interval: 50 }

const database = await testDatabase()
await prepareQueue(database.adminUrl, 'rivulet_app')
const pool = createPool(database.url, { max: 5 })
const { member, hook, tell, deliveries, wait } = webhooksWorld(pool)
const tls = selfSigned()
const folder = mkdtempSync(join(tmpdir(), 'rivulet-webhooks-'))
const authorities = join(folder, 'authorities.pem')
writeFileSync(authorities, tls.cert)
const at = await receiver(tls)

afterEach(() => WorkerProcess.killAll())
afterAll(async () => {
  at.server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
  await pool.end()
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
    ...{ WEBHOOKS_TO_PRIVATE: 'true', NODE_EXTRA_CA_CERTS: authorities },
  })

const isWaiting = async () => {
  const { rows } = await pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query like 'update webhooks%'`,
  )
  return rows.length > 0
}

test('killed between the answer of a receiver and the record of it, the worker sends it again, with the same id', async () => {
  const alice = await member()
  const { id } = await hook(alice, at.url)
  const first = worker()
  // Who holds the webhook's row keeps the answer from being recorded.
  await pool.query('update webhooks set failing_since = now() where id = $1', [id])
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query('select from webhooks where id = $1 for update', [id])
  await tell([alice])
  await expect.poll(() => at.received.length, PATIENCE).toBe(1)
  await expect.poll(isWaiting, PATIENCE).toBe(true)
  await first.kill()
  await holder.query('rollback')
  holder.release()
  expect(await deliveries(id)).toMatchObject([{ status: 'pending', attempts: 1, lastStatus: null }])

  const second = worker()
  // Not before the lease of the first is over.
  await expect.poll(() => second.output, PATIENCE).toContain('"msg":"open"')
  await wait('1 minute')
  const status = async () => (await deliveries(id)).map((one) => [one.status, one.attempts])
  await expect.poll(status, PATIENCE).toEqual([['delivered', 2]])
  expect(at.received).toHaveLength(2)
  const ids = at.received.map(({ headers }) => headers['webhook-id'])
  expect(ids[1]).toBe(ids[0])
  expect(at.received[1]!.body).toBe(at.received[0]!.body)

  // It starts at once with what is written now, and stops in good order.
  await tell([alice])
  await expect.poll(() => at.received.length, PATIENCE).toBe(3)
  await expect.poll(status, PATIENCE).toEqual([
    ['delivered', 2],
    ['delivered', 1],
  ])
  expect(await second.stop()).toBe(0)
})
