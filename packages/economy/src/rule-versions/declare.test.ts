import { createPool } from '@rivulet/db'
import { testDatabase } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'
import { rulesFrom } from '../rules.ts'
import { declareRules, outdatedRules } from './declare.ts'
import { ruleVersion, ruleVersions } from './store.ts'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

test('the first start makes version 1, the next with the same rules makes none', async () => {
  const rules = rulesFrom({})
  expect(await declareRules(pool, rules)).toMatchObject({ version: 1, isNew: true })
  expect(await declareRules(pool, rulesFrom({ RATE_LIKE: '0.00050' }))).toMatchObject({
    version: 1,
    isNew: false,
  })
  // Written out from the defaults in .env.example.
  expect((await ruleVersion(pool, 1))?.rules).toMatchObject({
    rates: { like: '0.0005', read: '0.0002', comment: '0.001', repost: '0.001' },
    weights: { like: 5, read: 2, comment: 10, repost: 10 },
    views: { viewerDeposit: '5', perDay: 200 },
    grants: { amount: '0', perMember: '0', perDay: '0', total: '0' },
  })
})

test('twenty processes that start at once with changed rules make one version, and the past stays', async () => {
  const pools = [createPool(database.url), createPool(database.url)]
  const starts = Array.from({ length: 20 }, () => rulesFrom({ RATE_LIKE: '0.002' }))
  const made = await Promise.all(starts.map((rules, i) => declareRules(pools[i % 2]!, rules)))
  expect(made.filter((one) => one.isNew)).toHaveLength(1)
  expect(starts.map((rules) => rules.version)).toEqual(starts.map(() => 2))
  await Promise.all(pools.map((one) => one.end()))
  expect((await ruleVersion(pool, 1))?.rules.rates.like).toBe('0.0005')
})

test('rules that come back are a version of their own: each receipt names the time it was made in', async () => {
  const early = rulesFrom({ RATE_LIKE: '0.002' })
  await declareRules(pool, early)
  expect(await outdatedRules(pool, early)).toBeUndefined()
  expect(await declareRules(pool, rulesFrom({}))).toMatchObject({ version: 3, isNew: true })
  expect(await outdatedRules(pool, early)).toMatch(/version 2, and 3 is in force/)
  const versions = await ruleVersions(pool, { take: 10 })
  expect(versions.map(({ version }) => version)).toEqual([3, 2, 1])
  expect((await ruleVersions(pool, { before: 3, take: 1 })).map(({ version }) => version)).toEqual([2])
})

test('what money may leave by is no rule of who earns what', async () => {
  expect(await declareRules(pool, rulesFrom({ MIN_WITHDRAWAL: '7' }))).toMatchObject({
    version: 3,
    isNew: false,
  })
})

test('the application can neither change nor remove a version', async () => {
  await expect(pool.query('update rule_versions set version = 9 where version = 1')).rejects.toThrow(
    'permission denied',
  )
  await expect(pool.query('delete from rule_versions')).rejects.toThrow('permission denied')
})
