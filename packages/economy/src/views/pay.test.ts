import { createPool } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { money, openTown, type Town } from '../../test/town.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  town = await openTown()
  ads = adsIn(town)
})
afterAll(() => town.close())

test("alice sees sam's ad beside bob's post: she, her budget, bob and the platform are paid at once", async () => {
  const { sam, campaign } = await ads.only()
  const { viewer: alice, author: bob, post } = await ads.scene()
  const revenue = await ads.balance('platform:revenue')
  const view = await ads.issued(alice, post)
  expect(await ads.balance(`campaign:${campaign}`)).toBe(90_000_000n)
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(10_000_000n)

  await ads.ago(view, 1_500)
  // 0.01 by 30, 50, 10 and 10 %.
  expect(await ads.back(view, alice)).toEqual({ ok: true, credited: 3_000_000n, budget: 5_000_000n })
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(0n)
  expect(await town.wallet(alice)).toMatchObject({
    pending: 3_000_000n,
    budget: 5_000_000n,
    // What is in the budget is hers to give on, and nothing she earned.
    earnedTotal: 3_000_000n,
  })
  expect(await town.wallet(bob)).toMatchObject({ pending: 1_000_000n, earnedTotal: 1_000_000n })
  expect((await ads.balance('platform:revenue')) - revenue).toBe(1_000_000n)
  expect((await town.pool.query('select earned from posts where id = $1', [post])).rows[0].earned).toBe(
    1_000_000n,
  )
  const { rows } = await town.pool.query(
    `select r.receiver_id, r.role, r.gross, r.hold, r.payer_id, r.post_id, r.source, r.kind,
            exists (select from ledger.transfer t where t.id = r.id and t.leg = r.leg and t.amount = r.gross) as booked
     from receipts r where interaction_id = $1 order by leg`,
    [view],
  )
  // All are new here.
  const common = {
    payer_id: sam,
    post_id: post,
    source: 'campaign',
    kind: 'view',
    booked: true,
    hold: 'young',
  }
  expect(rows).toEqual([
    { ...common, receiver_id: alice, role: 'viewer', gross: 3_000_000n },
    { ...common, receiver_id: bob, role: 'author', gross: 1_000_000n },
  ])
  expect(await town.lawsHold()).toBe(true)
})

test('a price that does not divide is split to the last nano', async () => {
  await ads.only({ pricePerView: money('0.000000013'), budget: money('0.000000013') })
  const { viewer: alice, author: bob, post } = await ads.scene()
  await ads.sees(alice, post)
  // Of 13: 3.9, 6.5, 1.3, 1.3. Floors 3, 6, 1, 1; the two left over go to the largest remainders, .9 and .5.
  expect(await town.wallet(alice)).toMatchObject({ pending: 4n, budget: 7n })
  expect((await town.wallet(bob)).pending).toBe(1n)
})

test("co-authors share the author's part; whoever may not earn from the sponsor costs him nothing", async () => {
  const { sam, campaign } = await ads.only({ budget: money('0.01') })
  const { viewer: alice, author: bob, post } = await ads.scene()
  const [erin, frank] = [await town.member(), await town.member()]
  await town.pool.query('update posts set split_members = $2, split_bps = $3 where id = $1', [
    post,
    [bob, erin, frank, sam, alice],
    [5_000, 2_000, 1_000, 1_500, 500],
  ])
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [frank, sam])
  await town.pool.query('update members set suspended_at = now() where id = $1', [erin])
  await ads.sees(alice, post)
  expect((await town.wallet(bob)).pending).toBe(500_000n)
  for (const nobody of [erin, frank, sam]) expect((await town.wallet(nobody)).pending).toBe(0n)
  expect((await town.wallet(alice)).pending).toBe(3_000_000n)
  // Of the author's million the half was charged; the other half is the campaign's again.
  expect(await ads.balance(`campaign:${campaign}`)).toBe(500_000n)
})

test('a token pays when it was out for a second by the clock of the database, whatever its sender says', async () => {
  const { campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const view = await ads.issued(alice, post)
  expect(await ads.back(view, alice, 3_600_000)).toEqual({ ok: false, code: 'too_early' })
  await ads.ago(view, 1_500)
  expect(await ads.back(view, alice, 999)).toEqual({ ok: false, code: 'too_short' })
  expect(await ads.back(view, await ads.viewer())).toEqual({ ok: false, code: 'invalid_token' })
  expect(await ads.back(post, alice)).toEqual({ ok: false, code: 'invalid_token' })
  // It was open all the time.
  expect(await ads.back(view, alice)).toMatchObject({ ok: true, credited: 3_000_000n })
  expect(await ads.refused(campaign)).toEqual({ too_early: 1, too_short: 1 })

  const late = await ads.issued(alice, post)
  await ads.ago(late, 60_001)
  expect(await ads.back(late, alice)).toEqual({ ok: false, code: 'token_expired' })
  expect((await town.wallet(alice)).pending).toBe(3_000_000n)
})

test('who was suspended, or blocked by the sponsor, while looking is not paid', async () => {
  const { sam } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const view = await ads.issued(alice, post)
  await ads.ago(view, 1_500)
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [sam, alice])
  expect(await ads.back(view, alice)).toEqual({ ok: false, code: 'blocked' })
  await town.pool.query('delete from blocks where blocked_id = $1', [alice])
  await town.pool.query('update members set suspended_at = now() where id = $1', [alice])
  expect(await ads.back(view, alice)).toEqual({ ok: false, code: 'suspended' })
  await town.pool.query('update members set suspended_at = null where id = $1', [alice])
  expect(await ads.back(view, alice)).toMatchObject({ ok: true })
})

test('a batch answers as its inputs would one after another, and pays one view once', async () => {
  await ads.only()
  const { viewer: alice, author: bob, post } = await ads.scene()
  const carol = await ads.viewer()
  await ads.serve(carol, [post])
  const [hers, carols] = [await ads.issued(alice, post), await ads.issued(carol, post)]
  for (const view of [hers, carols]) await ads.ago(view, 1_500)
  const of = (viewId: string, memberId: string, visibleMs = 2_000) => ({ viewId, memberId, visibleMs })
  const answers = await ads.pay([
    of(hers, alice, 10),
    of(hers, alice),
    of(carols, alice),
    of(hers, alice),
    of(hers, alice, 10),
    of(carols, carol),
  ])
  expect(answers.map((answer) => answer.ok || answer.code)).toEqual([
    'too_short',
    true,
    'invalid_token',
    true,
    true,
    true,
  ])
  expect((await town.wallet(alice)).pending).toBe(3_000_000n)
  expect((await town.wallet(carol)).pending).toBe(3_000_000n)
  expect((await town.wallet(bob)).pending).toBe(2_000_000n)
})

test('one token, fifty times at once in two processes, pays once, and all fifty are told the same', async () => {
  await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const other = createPool(town.pool.options.connectionString!, { max: 5 })
  const view = await ads.issued(alice, post)
  await ads.ago(view, 1_500)
  const input = [{ viewId: view, memberId: alice, visibleMs: 1_200 }]
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => ads.pay(input, i % 2 ? other : town.pool)),
  )
  await other.end()
  expect(
    new Set(
      answers.flat().map((answer) => JSON.stringify(answer, (_, v) => (typeof v === 'bigint' ? `${v}` : v))),
    ),
  ).toEqual(new Set(['{"ok":true,"credited":"3000000","budget":"5000000"}']))
  expect(await town.wallet(alice)).toMatchObject({ pending: 3_000_000n, budget: 5_000_000n })
  expect(await town.lawsHold()).toBe(true)
})

test('the hold of a view is the dispute window, or that of the young when it is longer', async () => {
  const patient = await openTown({ HOLD_VIEWS_SECONDS: '172800' })
  const there = adsIn(patient)
  const old = `update members set created_at = now() - interval '30 days' where id = any($1)`
  const sam = await patient.member({ has: '1' })
  await there.campaign(sam)
  const { viewer: alice, author: bob, post } = await there.scene()
  await patient.pool.query(old, [[sam, alice]])
  const view = await there.sees(alice, post)
  const { rows } = await patient.pool.query(
    `select receiver_id, hold, extract(epoch from clears_at)::bigint - (period + 1) * 86400 as after
     from receipts where interaction_id = $1 order by leg`,
    [view],
  )
  // Two days beat the usual one, and not the seven of bob, who came today.
  expect(rows).toEqual([
    { receiver_id: alice, hold: 'views', after: 172800n },
    { receiver_id: bob, hold: 'young', after: 604800n },
  ])
  await patient.close()
})
