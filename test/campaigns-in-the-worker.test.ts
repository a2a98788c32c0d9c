import { withTransaction } from '@rivulet/db'
import { closeCampaign } from '@rivulet/economy'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSnapshot } from '../apps/worker/src/settlement/snapshot.ts'
import { endViews } from '../apps/worker/src/views/end.ts'
import { type Ads, adsIn } from '../packages/economy/test/ads.ts'
import { openTown, type Town } from '../packages/economy/test/town.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  town = await openTown()
  ads = adsIn(town)
})
afterAll(() => town.close())

const turn = () => endViews({ pool: town.pool }, pino({ level: 'silent' }))

test('sam closes while alice looks; her token runs out, and he has the rest, once, by two workers', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const view = await ads.issued(alice, post)
  await withTransaction(town.pool, (tx) => closeCampaign(tx, { campaignId: campaign, sponsorId: sam }))
  await turn()
  expect((await town.wallet(sam)).available).toBe(99_900_000_000n)
  await ads.ago(view, 60_001)
  await Promise.all([turn(), turn()])
  // Each of the two may have looked before the other had given the token back.
  await turn()
  expect((await town.wallet(sam)).available).toBe(100_000_000_000n)
  expect(await ads.balance(`campaign:${campaign}`)).toBe(0n)
  expect(await town.lawsHold()).toBe(true)
})

test('what is in escrow is still the sponsor’s: an epoch holds it for them, tokens that are out included', async () => {
  const { sam } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  await ads.sees(alice, post)
  await ads.issued(alice, post)
  await town.pool.query(`insert into vault_accounts (index, address) values (0, 'treasury')`)
  await town.pool.query(
    `insert into chain_cursor (chain_id, block_number, block_hash, updated_at) values (7, 1, '0x', now())`,
  )
  const { accounts } = await withTransaction(town.pool, (tx) => readSnapshot(tx, 7n))
  const { rows } = await town.pool.query('select address from members where id = $1', [sam])
  const place = accounts.find((account) => account.address === rows[0].address)
  // 100 less the 0.1 of the campaign; of that, one view of 0.01 is paid.
  expect(place).toMatchObject({ spendable: 99_900_000_000n, pending: 0n, reserved: 90_000_000n })
})
