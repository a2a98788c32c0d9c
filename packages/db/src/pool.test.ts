import { testDatabase } from '@rivulet/stack'
import { expect, test } from 'vitest'
import { createPool } from './pool.ts'

test('a connection that breaks in the hands of somebody who does not listen ends no process', async () => {
  const database = await testDatabase()
  const [pool, other] = [createPool(database.url), createPool(database.adminUrl)]
  const client = await pool.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const ended = new Promise((resolve) => client.once('end', resolve))
  await other.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await ended
  await expect(client.query('select 1')).rejects.toThrow()
  client.release(true)
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await Promise.all([pool.end(), other.end()])
  await database.close()
})
