import { testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool, type Pool } from './pool.ts'
import { withTransaction } from './transaction.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let pool: Pool
let admin: Pool
beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url, { max: 2 })
  admin = createPool(database.adminUrl, { max: 1 })
})
afterAll(async () => {
  await Promise.all([pool.end(), admin.end()])
  await database.close()
})

const count = async () => Number((await admin.query('select count(*) from sign_in_nonces')).rows[0].count)

test('what is thrown undoes everything', async () => {
  await expect(
    withTransaction(pool, async (tx) => {
      await tx.query(`insert into sign_in_nonces (nonce, expires_at) values ('undone', now())`)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await count()).toBe(0)
})

test('a connection that breaks between two statements fails the transaction, and only that', async () => {
  let told = () => {}
  const broken = new Promise<void>((resolve) => {
    told = resolve
  })
  await expect(
    withTransaction(pool, async (tx) => {
      const { rows } = await tx.query('select pg_backend_pid() as pid')
      ;(tx as unknown as { once(event: 'error', listener: () => void): void }).once('error', told)
      await admin.query('select pg_terminate_backend($1)', [rows[0].pid])
      await broken
      await tx.query('select 1')
    }),
  ).rejects.toThrow()
  expect((await withTransaction(pool, (tx) => tx.query('select 1 as one'))).rows).toEqual([{ one: 1 }])
})

test('two that read before they write under serializable isolation both come through, one after another', async () => {
  const claim = (nonce: string) =>
    withTransaction(
      pool,
      async (tx) => {
        const { rows } = await tx.query('select count(*) as count from sign_in_nonces')
        await tx.query('insert into sign_in_nonces (nonce, expires_at) values ($1, now())', [nonce])
        return Number(rows[0].count)
      },
      { isolation: 'serializable' },
    )
  const seen = await Promise.all([claim('one'), claim('two')])
  expect(seen.sort()).toEqual([0, 1])
})
