import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPool, withTransaction } from '@rivulet/db'
import { migrationsDir } from '@rivulet/db/migrate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { tip } from '../tips/tip.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

test('a tip from before there were parts gets its one part, and nothing is added twice', async () => {
  const [alice, bob] = [await town.member({ has: '10' }), await town.member()]
  const postId = await town.post(bob)
  await withTransaction(town.pool, (tx) =>
    tip(tx, town.rules, [
      { payerId: alice, to: { memberId: bob }, amount: money('1') },
      { payerId: alice, to: { postId }, amount: money('2') },
    ]),
  )
  const parts = async () => (await town.pool.query('select * from payment_parts order by payment_id')).rows
  const before = await parts()
  expect(before).toHaveLength(2)
  const migration = readFileSync(join(migrationsDir, '20261128001005_payments', 'migration.sql'), 'utf8')
  const owner = createPool(town.adminUrl, { max: 1 })
  await owner.query('delete from payment_parts')
  for (const _ of ['first', 'again']) await owner.query(migration.slice(migration.indexOf('INSERT INTO')))
  await owner.end()
  expect(await parts()).toEqual(before)
})
