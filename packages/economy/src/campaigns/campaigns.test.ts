import { createPool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { clearPending } from '../clearing/clear-pending.ts'
import { expireViews } from '../views/expire.ts'
import { closeCampaign, finishClosing } from './close.ts'
import { createCampaign } from './create.ts'
import { disputeDay } from './dispute.ts'
import { campaignReport } from './report.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  town = await openTown()
  ads = adsIn(town)
})
afterAll(() => town.close())

const terms = { title: 'Bread', body: 'Fresh.', url: 'https://bread.example', tags: [] }
const create = (
  sponsorId: string,
  more: { budget: string; pricePerView: string; dailyCapPerMember?: number },
) =>
  withTransaction(town.pool, (tx) =>
    createCampaign(tx, town.rules, {
      ...{ ...terms, ...more, sponsorId },
      ...{ budget: money(more.budget), pricePerView: money(more.pricePerView) },
    }),
  )
const close = (campaignId: string, sponsorId: string) =>
  withTransaction(town.pool, (tx) => closeCampaign(tx, { campaignId, sponsorId }))
const finish = (over = town.pool) => withTransaction(over, (tx) => finishClosing(tx))
const dispute = (campaignId: string, sponsorId: string, day: string) =>
  withTransaction(town.pool, (tx) =>
    disputeDay(tx, { campaignId, sponsorId, day, reason: 'All from one house.' }),
  )
const today = async () =>
  (await town.pool.query(`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day`)).rows[0]
    .day as string

test("sam's campaign is funded from what he has, and never from what he has not", async () => {
  const sam = await town.member({ has: '1' })
  expect(await create(sam, { budget: '0.6', pricePerView: '0.01' })).toMatchObject({
    ok: true,
    campaign: {
      status: 'active',
      budget: 600_000_000n,
      remaining: 600_000_000n,
      open: 0n,
      dailyCapPerMember: 5,
    },
  })
  expect((await town.wallet(sam)).available).toBe(400_000_000n)
  const before = await town.pool.query('select count(*) from ledger.account')
  expect(await create(sam, { budget: '0.400000001', pricePerView: '0.01' })).toEqual({
    ok: false,
    code: 'insufficient_funds',
  })
  expect((await town.pool.query('select count(*) from ledger.account')).rows).toEqual(before.rows)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => create(sam, { budget: '0.1', pricePerView: '0.01' })),
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(4)
  expect((await town.wallet(sam)).available).toBe(0n)
  expect(await town.lawsHold()).toBe(true)
})

test.each([
  [{ budget: '1', pricePerView: '0.000000009' }, 'pricePerView'],
  [{ budget: '0.00999', pricePerView: '0.01' }, 'budget'],
  [{ budget: '1', pricePerView: '0.01', dailyCapPerMember: 6 }, 'dailyCapPerMember'],
  [{ budget: '1', pricePerView: '0.01', dailyCapPerMember: 0 }, 'dailyCapPerMember'],
])('%j is no campaign: %s', async (wish, field) => {
  expect(await create(await town.member({ has: '1' }), wish)).toEqual({
    ...{ ok: false, code: 'validation_failed', field },
  })
})

test('the suspended fund nothing', async () => {
  const sam = await town.member({ has: '1' })
  await town.pool.query('update members set suspended_at = now() where id = $1', [sam])
  expect(await create(sam, { budget: '1', pricePerView: '0.01' })).toEqual({ ok: false, code: 'suspended' })
})

test('closing without open tokens refunds the rest at once; closing again changes nothing; a stranger finds none', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  await ads.sees(alice, post)
  expect(await close(campaign, alice)).toEqual({ ok: false, code: 'campaign_not_found' })
  for (const _ of ['once', 'twice'])
    expect(await close(campaign, sam)).toMatchObject({
      ok: true,
      campaign: { status: 'closed', remaining: 0n, open: 0n },
    })
  expect((await town.wallet(sam)).available).toBe(99_990_000_000n)
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'no_campaign' })
  expect(await town.lawsHold()).toBe(true)
})

test('closing waits out open tokens: one is paid, one expires, and then the rest goes back, once, by two workers', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const carol = await ads.viewer()
  await ads.serve(carol, [post])
  const [hers, carols] = [await ads.issued(alice, post), await ads.issued(carol, post)]
  expect(await close(campaign, sam)).toMatchObject({
    ok: true,
    campaign: { status: 'closing', open: 20_000_000n },
  })
  expect((await town.wallet(sam)).available).toBe(99_900_000_000n)
  const dave = await ads.viewer()
  await ads.serve(dave, [post])
  expect(await ads.next(dave, post)).toEqual({ ok: false, reason: 'no_campaign' })

  await ads.ago(hers, 1_500)
  expect(await ads.back(hers, alice)).toMatchObject({ ok: true, credited: 3_000_000n })
  expect(await finish()).toEqual({ closed: 0 })
  await ads.ago(carols, 60_001)
  await withTransaction(town.pool, (tx) => expireViews(tx))
  const other = createPool(town.pool.options.connectionString!, { max: 2 })
  const done = await Promise.all([finish(), finish(other), finish(), finish(other)])
  await other.end()
  expect(done.reduce((sum, { closed }) => sum + closed, 0)).toBe(1)
  // 100 less the one view of 0.01.
  expect((await town.wallet(sam)).available).toBe(99_990_000_000n)
  expect(await close(campaign, sam)).toMatchObject({
    ok: true,
    campaign: { status: 'closed', remaining: 0n },
  })
  expect(await town.lawsHold()).toBe(true)
})

test('closing while thirty members ask: whoever got a token is paid, and nothing is left behind', async () => {
  const { sam, campaign } = await ads.only({ budget: money('1') })
  const { post } = await ads.scene()
  const people = await Promise.all(Array.from({ length: 30 }, () => ads.viewer()))
  for (const one of people) await ads.serve(one, [post])
  const [answers] = await Promise.all([
    Promise.all(people.map((one) => ads.next(one, post))),
    close(campaign, sam),
    close(campaign, sam),
  ])
  let paid = 0n
  for (const [i, answer] of answers.entries()) {
    if (!answer.ok) continue
    await ads.ago(answer.view.id, 1_500)
    expect(await ads.back(answer.view.id, people[i]!)).toMatchObject({ ok: true })
    paid++
  }
  await finish()
  expect(await close(campaign, sam)).toMatchObject({
    ok: true,
    campaign: { status: 'closed', remaining: 0n, open: 0n },
  })
  expect((await town.wallet(sam)).available).toBe(100_000_000_000n - paid * 10_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('the report counts days in UTC: served, paid, expired, refused by reason, spent', async () => {
  const { campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const first = await ads.sees(alice, post)
  await ads.sees(alice, post)
  const late = await ads.issued(alice, post)
  await ads.ago(late, 60_001)
  await withTransaction(town.pool, (tx) => expireViews(tx))
  const young = await ads.viewer({ days: 1 })
  await ads.serve(young, [post])
  for (const _ of [1, 2, 3]) await ads.next(young, post)
  await town.pool.query(
    `update views set issued_at = '2026-03-01T23:59:58Z', paid_at = '2026-03-02T00:00:01Z' where id = $1`,
    [first],
  )
  const nothing = {
    served: 0,
    expired: 0,
    paid: 0,
    spent: 0n,
    voidedViews: 0,
    voided: 0n,
    refused: {},
    dispute: null,
  }
  const report = await campaignReport(town.pool, campaign)
  expect(report.days).toEqual([
    {
      ...nothing,
      day: await today(),
      served: 2,
      expired: 1,
      paid: 1,
      spent: 10_000_000n,
      refused: { too_young: 3 },
    },
    { ...nothing, day: '2026-03-02', paid: 1, spent: 10_000_000n },
    { ...nothing, day: '2026-03-01', served: 1 },
  ])
  expect(report.totals).toEqual({
    ...{ served: 3, expired: 1, paid: 2, spent: 20_000_000n, voidedViews: 0, voided: 0n },
    refused: { too_young: 3 },
  })
})

test('a day is disputed once, by its sponsor, while some of its money is pending', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const day = await today()
  expect(await dispute(campaign, sam, day)).toEqual({ ok: false, code: 'not_disputable' })
  const view = await ads.sees(alice, post)
  expect(await dispute(campaign, alice, day)).toEqual({ ok: false, code: 'campaign_not_found' })
  expect(await dispute(campaign, sam, '2026-01-01')).toEqual({ ok: false, code: 'not_disputable' })
  const [one, other] = await Promise.all([dispute(campaign, sam, day), dispute(campaign, sam, day)])
  expect([one.ok || one.code, other.ok || other.code].sort()).toEqual(['already_disputed', true])
  expect((await campaignReport(town.pool, campaign)).days[0]?.dispute).toMatchObject({
    ...{ status: 'open', reason: 'All from one house.' },
  })

  await town.pool.query(`update views set paid_at = '2026-03-02' where id = $1`, [view])
  await town.pool.query('update receipts set clears_at = now() where interaction_id = $1', [view])
  await withTransaction(town.pool, (tx) => clearPending(tx, town.rules))
  expect(await dispute(campaign, sam, '2026-03-02')).toEqual({ ok: false, code: 'not_disputable' })
  expect(await dispute(campaign, sam, day)).toEqual({ ok: false, code: 'already_disputed' })
})
