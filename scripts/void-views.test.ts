import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { adsIn } from '../packages/economy/test/ads.ts'
import { openTown } from '../packages/economy/test/town.ts'

test('`npm run void-views` takes a day of views back, says so, and the second time finds nothing', async () => {
  const town = await openTown()
  const ads = adsIn(town)
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  await ads.sees(eve, post)
  const { rows } = await town.pool.query(`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day`)
  const run = (...args: string[]) => {
    const env = { ...process.env, DATABASE_URL: town.pool.options.connectionString! }
    return spawnSync('node', ['scripts/void-views.ts', ...args], { env, encoding: 'utf8' })
  }
  const args = ['--member', eve, '--day', rows[0].day, '--note', 'one house']
  for (const wrong of [
    [],
    args.slice(0, 4),
    ['--member', 'eve', ...args.slice(2)],
    [...args, '--day', '2026-02-30'],
  ])
    expect(run(...wrong)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('npm run void-views --'),
    })
  expect(await ads.balance(`campaign:${campaign}`)).toBe(90_000_000n)

  expect(run(...args)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^voided 1 views \(\S+\): 0\.01 returned to the campaigns,\nof it 0 borne/),
  })
  expect(await ads.balance(`campaign:${campaign}`)).toBe(100_000_000n)
  expect(run(...args)).toMatchObject({ status: 1, stdout: expect.stringContaining('nothing to void') })
  await town.close()
})
