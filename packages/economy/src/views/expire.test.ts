import { createPool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { expireViews } from './expire.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  town = await openTown()
  ads = adsIn(town)
})
afterAll(() => town.close())

const expire = (limit?: number, over = town.pool) => withTransaction(over, (tx) => expireViews(tx, limit))

test('what nobody returns in a minute goes back to the campaign, once, and what is still good stays out', async () => {
  const { campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const carol = await ads.viewer()
  await ads.serve(carol, [post])
  const [hers] = [await ads.issued(alice, post), await ads.issued(carol, post)]
  await ads.ago(hers, 59_000)
  expect(await expire()).toEqual({ expired: 0 })
  await ads.ago(hers, 1_001)
  expect(await expire()).toEqual({ expired: 1 })
  expect(await expire()).toEqual({ expired: 0 })
  expect(await ads.balance(`campaign:${campaign}`)).toBe(90_000_000n)
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(10_000_000n)
  expect(await ads.back(hers, alice)).toEqual({ ok: false, code: 'token_expired' })
  expect(await ads.next(alice, post)).toMatchObject({ ok: true })
  expect(await town.lawsHold()).toBe(true)
})

test('at the very moment it expires a token is paid or given back, never both, in twenty rounds', async () => {
  const { campaign } = await ads.only({ budget: money('0.2') })
  const other = createPool(town.pool.options.connectionString!, { max: 4 })
  const { post } = await ads.scene()
  let paid = 0
  for (let round = 0; round < 20; round++) {
    const alice = await ads.viewer()
    await ads.serve(alice, [post])
    const view = await ads.issued(alice, post)
    // It has between 0 and 19 ms left when they start.
    await ads.ago(view, 60_000 - round - 1)
    const [back] = await Promise.all([
      ads.back(view, alice),
      ...[1, 2, 3].flatMap(() => [expire(10, other), expire(10)]),
    ])
    await town.pool.query(`update views set expires_at = now() where id = $1 and status = 'open'`, [view])
    await expire()
    const { rows } = await town.pool.query('select status from views where id = $1', [view])
    expect(rows[0].status).toBe(back.ok ? 'paid' : 'expired')
    expect((await town.wallet(alice)).pending).toBe(back.ok ? 3_000_000n : 0n)
    if (back.ok) paid++
  }
  await other.end()
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(0n)
  expect(await ads.balance(`campaign:${campaign}`)).toBe(200_000_000n - BigInt(paid) * 10_000_000n)
  expect(await town.lawsHold()).toBe(true)
})
