import { createPool, newId } from '@rivulet/db'
import { testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { forgetOld } from './forget.ts'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

test('a turn forgets all that is too old, in as many transactions as it takes, as the role of the app', async () => {
  const serve = (age: string, id = newId()) =>
    pool.query(
      `insert into feed_servings (id, member_id, at, post_ids, via_ids) values ($1, $1, now() - $2::interval, '{}', '{}')`,
      [id, age],
    )
  for (let i = 0; i < 5; i++) await serve(`${2 + i} days`)
  await serve('23 hours')
  const log = pino({ level: 'silent' })
  for (let turn = 0; turn < 2; turn++) {
    expect(await forgetOld(pool, log, { batch: 2 })).toBe('nothing is due')
    const { rows } = await pool.query(`select now() - at < interval '1 day' as kept from feed_servings`)
    expect(rows).toEqual([{ kept: true }])
  }
})
