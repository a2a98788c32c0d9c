import { createPool } from '@rivulet/db'
import { testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { keepTrending } from './keep.ts'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

test('each window is computed when it is due, and old snapshots are forgotten, as the role of the app', async () => {
  const turn = () => keepTrending({ pool }, pino({ level: 'silent' }))
  const kept = async () => {
    const { rows } = await pool.query(
      `select "window", count(*)::int as n from trending_snapshots group by 1 order by 1`,
    )
    return rows.map((row) => [row.window, row.n])
  }
  for (let i = 0; i < 2; i++) {
    expect(await turn()).toBe('up to date')
    expect(await kept()).toEqual([
      ['1h', 1],
      ['24h', 1],
      ['7d', 1],
    ])
  }
  // Old enough for another one of each, and to be forgotten once there is.
  await pool.query(`update trending_snapshots set computed_at = now() - interval '61 minutes'`)
  await turn()
  expect(await kept()).toEqual([
    ['1h', 1],
    ['24h', 1],
    ['7d', 1],
  ])
  const { rows } = await pool.query(
    `select max(now() - computed_at) < interval '1 minute' as fresh from trending_snapshots`,
  )
  expect(rows).toEqual([{ fresh: true }])
})
