import { testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Overloaded } from './gather.ts'
import { GroupCommit } from './group-commit.ts'
import { newId } from './ids.ts'
import { createPool, type Pool } from './pool.ts'
import type { Tx } from './transaction.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
})
afterAll(async () => {
  await pool.end()
  await database.close()
})

/** Keeps nonces, as something small to write; refuses what is blank, and breaks on what the database cannot take. */
async function keep(tx: Tx, nonces: string[]): Promise<string[]> {
  await tx.query(`insert into sign_in_nonces (nonce, expires_at) select unnest($1::text[]), now()`, [
    nonces.filter((nonce) => nonce !== ''),
  ])
  return nonces.map((nonce) => (nonce === '' ? 'refused' : `kept ${nonce}`))
}

const kept = async (prefix: string) =>
  Number(
    (await pool.query('select count(*) from sign_in_nonces where nonce like $1', [`${prefix}%`])).rows[0]
      .count,
  )

test('a hundred callers at once share a few transactions, and each gets its own answer', async () => {
  const batches: number[] = []
  const writer = new GroupCommit<string, string>(pool, (tx, inputs) => {
    batches.push(inputs.length)
    return keep(tx, inputs)
  })
  const nonces = Array.from({ length: 100 }, (_, i) => `shared-${i}`)
  expect(await Promise.all(nonces.map((nonce) => writer.submit(nonce)))).toEqual(
    nonces.map((n) => `kept ${n}`),
  )
  expect(batches.length).toBeLessThan(10)
  expect(batches.reduce((a, b) => a + b)).toBe(100)
  expect(await kept('shared-')).toBe(100)
})

test('a refusal is an answer; what breaks the transaction breaks it for one caller only', async () => {
  const writer = new GroupCommit<string, string>(pool, keep)
  const answers = await Promise.allSettled(
    ['own-1', '', 'own-\0', 'own-2'].map((nonce) => writer.submit(nonce)),
  )
  expect(answers.map((a) => (a.status === 'fulfilled' ? a.value : 'failed'))).toEqual([
    'kept own-1',
    'refused',
    'failed',
    'kept own-2',
  ])
  expect(await kept('own-')).toBe(2)
})

test('with too many waiting the next is told at once, and nothing of it is done', async () => {
  const writer = new GroupCommit<string, string>(pool, keep, { maxWaiting: 5 })
  const answers = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => writer.submit(`full-${i}`)))
  expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(5)
  expect(answers.filter((a) => a.status === 'rejected' && a.reason instanceof Overloaded)).toHaveLength(3)
  expect(await kept('full-')).toBe(5)
})

test('no batch is larger than it may be, and draining waits for all of them', async () => {
  let largest = 0
  const writer = new GroupCommit<string, string>(
    pool,
    async (tx, inputs) => {
      largest = Math.max(largest, inputs.length)
      return keep(tx, inputs)
    },
    { maxBatch: 7, workers: 1 },
  )
  for (let i = 0; i < 50; i++) void writer.submit(`drained-${i}`)
  await writer.drain()
  expect(largest).toBe(7)
  expect(await kept('drained-')).toBe(50)
})

test('who keeps changing their mind makes many batches, in their order, and holds nobody up', async () => {
  const batches: string[][] = []
  const writer = new GroupCommit<string, string>(
    pool,
    async (_tx, inputs) => {
      batches.push(inputs)
      return inputs
    },
    { workers: 1, wishOf: (input) => ({ subject: input.slice(0, 5), wish: input.slice(6) }) },
  )
  const mallory = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 'post1 on' : 'post1 off'))
  const all = [
    ...mallory.map((wish) => writer.submit(wish)),
    writer.submit('post2 on'),
    writer.submit('post2 on'),
  ]
  await Promise.all(all)
  expect(batches[0]).toEqual(['post1 on', 'post2 on', 'post2 on'])
  expect(batches).toHaveLength(200)
  expect(batches.map((batch) => batch[0])).toEqual(mallory)
})

test('without a database everybody is told at once, and not one after another', async () => {
  const nowhere = createPool('postgresql://127.0.0.1:9/none')
  let runs = 0
  const writer = new GroupCommit<string, string>(nowhere, async (_tx, inputs) => {
    runs++
    return inputs
  })
  const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => writer.submit(`${i}`)))
  expect(new Set(answers.map((a) => a.status === 'rejected' && (a.reason as Error).message)).size).toBe(1)
  expect(runs).toBe(0)
  await nowhere.end()
})

test('a database that goes away under a batch fails it once, and not each of its inputs after another', async () => {
  const other = await testDatabase()
  const name = new URL(other.url).pathname.slice(1)
  const [own, admin] = [
    createPool(other.url),
    createPool(other.adminUrl.replace(name, 'postgres'), { max: 1 }),
  ]
  const connect = vi.spyOn(own, 'connect')
  let runs = 0
  const writer = new GroupCommit<string, string>(
    own,
    async (tx, inputs) => {
      runs++
      await admin.query(`alter database ${name} with allow_connections false`)
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      )
      await tx.query('select 1')
      return inputs
    },
    { workers: 1 },
  )
  const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => writer.submit(`${i}`)))
  expect(answers.every((a) => a.status === 'rejected')).toBe(true)
  expect(runs).toBe(1)
  // Each attempt may take its whole time-out: one for the batch, and one that shows there is nobody to ask.
  expect(connect).toHaveBeenCalledTimes(2)
  await Promise.all([own.end(), admin.end()])
  await other.close()
})

test('a deadlock is tried again and nobody notices', async () => {
  const [one, two] = [newId(), newId()]
  await pool.query(`insert into sign_in_nonces (nonce, expires_at) values ($1, now()), ($2, now())`, [
    one,
    two,
  ])
  const lock = (tx: Tx, nonce: string) =>
    tx.query('select 1 from sign_in_nonces where nonce = $1 for update', [nonce])
  let met = 0
  let meet = () => {}
  const both = new Promise<void>((resolve) => {
    meet = resolve
  })
  const writer = (first: string, second: string) =>
    new GroupCommit<string, string>(pool, async (tx, inputs) => {
      await lock(tx, first)
      if (++met === 2) meet()
      await both
      await lock(tx, second)
      return inputs
    })
  const answers = await Promise.all([writer(one, two).submit('a'), writer(two, one).submit('b')])
  expect(answers).toEqual(['a', 'b'])
  // Once more at least: who is tried again may take the first row before who waited for it has woken, and meet again.
  expect(met).toBeGreaterThanOrEqual(3)
})
