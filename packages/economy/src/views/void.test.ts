import { createPool, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { closePeriod, endPeriod } from '../../test/closing.ts'
import { money, openTown, type Town } from '../../test/town.ts'
import { closeCampaign } from '../campaigns/close.ts'
import { disputeDay } from '../campaigns/dispute.ts'
import { campaignReport } from '../campaigns/report.ts'
import { closePeriodStep } from '../periods/close-period.ts'
import { voidViews } from './void.ts'

let town: Town
let ads: Ads
let day: string
beforeAll(async () => {
  // A like costs 0.002, a comment 0.001: not quite what a view of 0.01 brings.
  town = await openTown({ RATE_LIKE: '0.002', RATE_COMMENT: '0.001' })
  ads = adsIn(town)
  day = (await town.pool.query(`select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day`)).rows[0].day
})
afterAll(() => town.close())

const voided = (memberId: string, over = town.pool) =>
  withTransaction(over, (tx) => voidViews(tx, { memberId, day, note: 'one house' }))
const left = (campaign: string) => ads.balance(`campaign:${campaign}`)
const revenue = () => ads.balance('platform:revenue')

test('all is pending and the budget untouched: everybody gives their part back, and the books show it', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: eve, author: bob, post } = await ads.scene()
  const before = await revenue()
  await ads.sees(eve, post)
  await ads.sees(eve, post)
  await withTransaction(town.pool, (tx) =>
    disputeDay(tx, { campaignId: campaign, sponsorId: sam, day, reason: 'Nobody looks twice.' }),
  )
  expect(await voided(eve)).toMatchObject({
    ok: true,
    views: 2,
    returned: 20_000_000n,
    borne: 0n,
    missing: 0n,
  })
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await town.wallet(eve)).toMatchObject({ pending: 0n, budget: 0n, earnedTotal: 0n })
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  expect(await revenue()).toBe(before)
  expect((await town.pool.query('select earned from posts where id = $1', [post])).rows[0].earned).toBe(0n)
  const { rows } = await town.pool.query(
    `select count(*)::int as receipts, bool_and(exists (
       select from ledger.transfer t where t.id = r.reversal_id and t.leg = r.leg and t.amount = r.gross)) as booked
     from receipts r join views v on v.id = r.interaction_id where v.member_id = $1`,
    [eve],
  )
  expect(rows).toEqual([{ receipts: 4, booked: true }])
  const report = await campaignReport(town.pool, campaign)
  expect(report.days[0]).toMatchObject({
    paid: 2,
    voidedViews: 2,
    voided: 20_000_000n,
    dispute: { status: 'upheld' },
  })

  // A second time there is nothing left to take; what she sees after that is another matter.
  expect(await voided(eve)).toEqual({ ok: false, code: 'nothing_to_void' })
  expect(await left(campaign)).toBe(100_000_000n)
  await ads.sees(eve, post)
  expect(await voided(eve)).toMatchObject({ ok: true, views: 1, returned: 10_000_000n })
  expect(await town.lawsHold()).toBe(true)
})

test('what her budget gave in a close is still in the period: it comes from there, and nobody had earned it', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, author: bob, post } = await ads.scene()
  const carol = await town.member()
  const liked = await town.post(carol)
  // She has no budget yet, so the like pays nothing now.
  await town.like(eve, liked)
  await ads.sees(eve, post)
  const before = await revenue()
  const period = await endPeriod(town)
  const step = await withTransaction(town.pool, (tx) => closePeriodStep(tx, town.rules, period))
  expect(step).toMatchObject({ done: false, paid: 5_000_000n })
  expect(await ads.balance(`period:${period}`)).toBe(5_000_000n)

  expect(await voided(eve)).toMatchObject({
    ok: true,
    views: 1,
    returned: 10_000_000n,
    borne: 0n,
    missing: 0n,
  })
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await ads.balance(`period:${period}`)).toBe(0n)
  // The platform gave its tenth back, and nothing beyond.
  expect(before - (await revenue())).toBe(1_000_000n)
  await closePeriod(town, period)
  for (const who of [eve, bob, carol])
    expect(await town.wallet(who)).toMatchObject({ pending: 0n, budget: 0n, earnedTotal: 0n })
  const { rows } = await town.pool.query('select earned from posts where id = $1', [liked])
  expect(rows[0].earned).toBe(0n)
  expect(await town.lawsHold()).toBe(true)
})

test('a void that is cut off at its end has done nothing', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  await ads.sees(eve, post)
  await town.like(eve, await town.post(await town.member()))
  const everything = () =>
    town.pool.query(
      `select (select jsonb_agg(a order by id) from ledger.account a) as books, (select jsonb_agg(r order by id, leg) from receipts r) as receipts,
              (select jsonb_agg(v order by id) from views v) as views, (select jsonb_agg(e order by member_id, stream) from earnings e) as earnings`,
    )
  const before = (await everything()).rows
  const cut = withTransaction(town.pool, async (tx) => {
    expect(await voidViews(tx, { memberId: eve, day, note: '' })).toMatchObject({ ok: true })
    throw new Error('the power is gone')
  })
  await expect(cut).rejects.toThrow('the power is gone')
  expect((await everything()).rows).toEqual(before)
  expect(await voided(eve)).toMatchObject({ ok: true, returned: 10_000_000n })
  expect(await left(campaign)).toBe(100_000_000n)
})

test('twenty voids at once over two pools are one', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  await ads.sees(eve, post)
  const other = createPool(town.pool.options.connectionString!, { max: 4 })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => voided(eve, i % 2 ? other : town.pool)),
  )
  await other.end()
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('eve gave her budget on: what is left of it goes first, then her newest credits, whole; what is too much stays hers', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  const [carol, dave] = [await town.member(), await town.member()]
  const [carols, daves] = [await town.post(carol), await town.post(dave)]
  await ads.sees(eve, post)
  await town.like(eve, carols)
  await town.like(eve, daves)
  // Of 0.005 for her budget 0.004 are given on: 0.001 is left, and 0.004 are to be had. Both likes go back, the newer
  // one first, and are just enough.
  expect(await town.wallet(eve)).toMatchObject({ budget: 1_000_000n })
  const before = await revenue()
  expect(await voided(eve)).toMatchObject({ ok: true, returned: 10_000_000n, borne: 0n, missing: 0n })
  expect(await town.wallet(eve)).toMatchObject({ budget: 0n, pending: 0n })
  for (const one of [carol, dave])
    expect(await town.wallet(one)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  expect(before - (await revenue())).toBe(1_000_000n)
  expect(await left(campaign)).toBe(100_000_000n)
  const { rows } = await town.pool.query(
    'select credited, reversals, active from interactions where actor_id = $1',
    [eve],
  )
  expect(rows).toEqual([
    { credited: 0n, reversals: 1, active: true },
    { credited: 0n, reversals: 1, active: true },
  ])
  expect(await town.lawsHold()).toBe(true)
})

test('only as many of the newest as are needed are taken back; older ones, and other people’s, stay', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  const [carol, dave, frank] = [await town.member(), await town.member(), await town.member()]
  // Before the view: 0.002 of a budget she had from elsewhere.
  await town.budget(eve, '0.004')
  await town.like(eve, await town.post(carol))
  await ads.sees(eve, post)
  await town.like(eve, await town.post(dave))
  await town.like(eve, await town.post(frank))
  // 0.002 + 0.005 − 0.004: 0.003 are left of the 0.005 to give back. Frank's 0.002 are the rest.
  expect((await town.wallet(eve)).budget).toBe(3_000_000n)
  expect(await voided(eve)).toMatchObject({ ok: true, returned: 10_000_000n, borne: 0n })
  expect((await town.wallet(frank)).pending).toBe(0n)
  for (const one of [carol, dave]) expect((await town.wallet(one)).pending).toBe(2_000_000n)
  expect((await town.wallet(eve)).budget).toBe(0n)
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('a credit is taken back whole: what it brings above the need is in the budget again', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  const carol = await town.member()
  await ads.sees(eve, post)
  await town.like(eve, await town.post(carol))
  await town.like(eve, await town.post(carol), true, 'comment')
  await town.refill(eve, 'budget', 1_500_000n)
  // 0.002 + 0.0015 are left, 0.0015 more are needed: the comment's 0.001 are not enough, with the like there are 0.0015 too many.
  expect((await town.wallet(eve)).budget).toBe(3_500_000n)
  expect(await voided(eve)).toMatchObject({ ok: true, returned: 10_000_000n, borne: 0n })
  expect(await town.wallet(carol)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  expect((await town.wallet(eve)).budget).toBe(1_500_000n)
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('what has cleared cannot be had, and what was given on before the views came from elsewhere: the platform bears it', async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: eve, author: bob, post } = await ads.scene()
  const carol = await town.member()
  await town.budget(eve, '0.002')
  await town.like(eve, await town.post(carol))
  const view = await ads.sees(eve, post)
  await town.like(eve, await town.post(carol))
  await town.like(eve, await town.post(carol))
  const { rows } = await town.pool.query('select id from receipts where receiver_id = $1 order by id', [
    carol,
  ])
  await ads.clears(rows[1].id, 0)
  await ads.clears(view, 1)
  await ads.spends(sam, 1_000_000_000n)
  const before = await revenue()
  // Bob's 0.001 have cleared, and 0.002 of carol's. Of the 0.005 for the budget 0.001 is left, and 0.002 come from the
  // newest like; the oldest, of 0.002, is pending and stays.
  expect(await voided(eve)).toMatchObject({ ok: true, returned: 10_000_000n, borne: 3_000_000n, missing: 0n })
  expect(await town.wallet(carol)).toMatchObject({ pending: 2_000_000n, available: 2_000_000n })
  expect(await town.wallet(bob)).toMatchObject({ pending: 0n, available: 1_000_000n })
  // Its own 0.001, and the 0.003 it bears.
  expect(before - (await revenue())).toBe(4_000_000n)
  expect(await left(campaign)).toBe(100_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('a platform that has too little gives what it has, and the void says what is missing', async () => {
  const poor = await openTown()
  const there = adsIn(poor)
  const { campaign } = await there.only()
  const { viewer: eve, post } = await there.scene()
  const view = await there.sees(eve, post)
  await there.clears(view, 1)
  // 0.001 is all it has: its own part.
  expect(
    await withTransaction(poor.pool, (tx) => voidViews(tx, { memberId: eve, day, note: '' })),
  ).toMatchObject({
    ...{ ok: true, returned: 9_000_000n, borne: 0n, missing: 1_000_000n },
  })
  expect(await there.balance(`campaign:${campaign}`)).toBe(99_000_000n)
  expect(await there.balance('platform:revenue')).toBe(0n)
  expect(await poor.lawsHold()).toBe(true)
  await poor.close()
})

test('once all of a view has cleared there is nothing to void', async () => {
  await ads.only()
  const { viewer: eve, post } = await ads.scene()
  const view = await ads.sees(eve, post)
  await ads.clears(view, 0)
  await ads.clears(view, 1)
  expect(await voided(eve)).toEqual({ ok: false, code: 'nothing_to_void' })
  expect((await town.wallet(eve)).budget).toBe(5_000_000n)
})

test('of a closed campaign the sponsor has it back, and each campaign has its own', async () => {
  const { sam, campaign } = await ads.only()
  const sue = await town.member({ has: '1' })
  const second = await ads.campaign(sue, { pricePerView: money('0.02') })
  const { viewer: eve, post } = await ads.scene()
  for (let i = 0; i < 3; i++) await ads.sees(eve, post)
  await withTransaction(town.pool, (tx) => closeCampaign(tx, { campaignId: campaign, sponsorId: sam }))
  // Turns: bread, second, bread.
  expect((await town.wallet(sam)).available).toBe(99_980_000_000n)
  expect(await left(second)).toBe(80_000_000n)
  expect(await voided(eve)).toMatchObject({ ok: true, views: 3, returned: 40_000_000n, borne: 0n })
  expect((await town.wallet(sam)).available).toBe(100_000_000_000n)
  expect(await left(campaign)).toBe(0n)
  expect(await left(second)).toBe(100_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('while eve likes on and takes likes back, a void is whole, and nothing is lost or made', async () => {
  const { campaign } = await ads.only()
  const { viewer: eve, post } = await ads.scene()
  const carol = await town.member()
  const posts = await Promise.all(Array.from({ length: 10 }, () => town.post(carol)))
  for (let i = 0; i < 4; i++) await ads.sees(eve, post)
  for (const one of posts.slice(0, 5)) await town.like(eve, one)
  const [answer] = await Promise.all([voided(eve), ...posts.map((one, i) => town.like(eve, one, i >= 5))])
  expect(answer).toMatchObject({ ok: true, views: 4, missing: 0n })
  expect(await left(campaign)).toBe(100_000_000n)
  const { rows } = await town.pool.query(
    `select (select coalesce(sum(credited), 0) from interactions where actor_id = $1)::bigint as credited,
            (select coalesce(sum(gross), 0) from receipts where payer_id = $1 and reversal_id is null)::bigint as standing`,
    [eve],
  )
  expect(rows[0].credited).toBe(rows[0].standing)
  expect((await town.wallet(carol)).pending).toBe(rows[0].standing)
  expect(await town.lawsHold()).toBe(true)
})
