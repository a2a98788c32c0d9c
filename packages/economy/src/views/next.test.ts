import { createPool } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ads, adsIn } from '../../test/ads.ts'
import { money, openTown, type Town } from '../../test/town.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  town = await openTown({ VIEWS_PER_DAY: '7' })
  ads = adsIn(town)
})
afterAll(() => town.close())

const sql = (text: string, ...values: unknown[]) => town.pool.query(text, values)

type Refused = {
  why: string
  terms?: Parameters<Ads['campaign']>[1]
  reason: string
  /** Makes alice somebody who is refused; what it answers makes her somebody who is not. */
  spoil(people: {
    alice: string
    sam: string
    post: string
    campaign: string
  }): Promise<() => Promise<unknown>>
}

/** A moment is kept to the millisecond and would be rounded, half the time to one that is not n days over. */
const days = (n: number) =>
  `update members set first_sign_in_at = date_trunc('milliseconds', now()) - interval '${n} days' where id = $1`

const GUARDS: Refused[] = [
  {
    why: 'whom no feed has served the post',
    reason: 'not_served',
    spoil: async ({ alice, post }) => {
      await sql('delete from feed_servings where member_id = $1', alice)
      return () => ads.serve(alice, [post], 59)
    },
  },
  {
    why: 'who was served it more than an hour ago',
    reason: 'not_served',
    spoil: async ({ alice, post }) => {
      await sql('delete from feed_servings where member_id = $1', alice)
      await ads.serve(alice, [post], 61)
      return () => ads.serve(alice, [post])
    },
  },
  {
    why: 'who signed in first less than three days ago',
    reason: 'too_young',
    spoil: async ({ alice }) => {
      await sql(days(2), alice)
      return () => sql(days(3), alice)
    },
  },
  {
    why: 'who has an address and has never signed in',
    reason: 'too_young',
    spoil: async ({ alice }) => {
      await sql('update members set first_sign_in_at = null where id = $1', alice)
      return () => sql(days(3), alice)
    },
  },
  {
    why: 'who has the money and has not deposited it',
    reason: 'deposit',
    spoil: async ({ alice }) => {
      await sql('update vault_accounts set deposited = 4999999 where member_id = $1', alice)
      return () => sql('update vault_accounts set deposited = 5000000 where member_id = $1', alice)
    },
  },
  {
    why: 'who deposited it and has it no more',
    reason: 'deposit',
    spoil: async ({ alice }) => {
      await ads.spends(alice, 1n)
      return () => town.refill(alice, 'pledge', 1n)
    },
  },
  {
    why: 'who is suspended',
    reason: 'suspended',
    spoil: async ({ alice }) => {
      await sql('update members set suspended_at = now() where id = $1', alice)
      return () => sql('update members set suspended_at = null where id = $1', alice)
    },
  },
  {
    why: 'whom the sponsor has blocked',
    reason: 'blocked',
    spoil: async ({ alice, sam }) => {
      await sql('insert into blocks (blocker_id, blocked_id) values ($1, $2)', sam, alice)
      return () => sql('delete from blocks where blocker_id = $1', sam)
    },
  },
  {
    why: 'who has blocked the sponsor',
    reason: 'blocked',
    spoil: async ({ alice, sam }) => {
      await sql('insert into blocks (blocker_id, blocked_id) values ($1, $2)', alice, sam)
      return () => sql('delete from blocks where blocker_id = $1', alice)
    },
  },
  {
    why: 'who is younger than this sponsor asks for',
    terms: { minViewerAgeDays: 30 },
    reason: 'stricter_age',
    spoil:
      async ({ alice }) =>
      () =>
        sql(days(30), alice),
  },
  {
    why: 'who has less of their own than this sponsor asks for',
    terms: { minViewerDeposit: money('6') },
    reason: 'stricter_deposit',
    spoil:
      async ({ alice }) =>
      async () => {
        await town.refill(alice, 'pledge', 1_000_000_000n)
        await sql('update vault_accounts set deposited = 6000000 where member_id = $1', alice)
      },
  },
]

test.each(GUARDS)('nobody is paid $why: $reason', async ({ terms, reason, spoil }) => {
  const { sam, campaign } = await ads.only(terms)
  const { viewer: alice, post } = await ads.scene()
  const mend = await spoil({ alice, sam, post, campaign })
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason })
  expect(await ads.refused(campaign)).toEqual({ [reason]: 1 })
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(0n)
  await mend()
  expect(await ads.next(alice, post)).toMatchObject({ ok: true, view: { campaign: { id: campaign } } })
})

test('a campaign is shown five times a day to one member, or as often as its sponsor says, and tomorrow again', async () => {
  const { campaign } = await ads.only({ dailyCapPerMember: 2 })
  const { viewer: alice, post } = await ads.scene()
  const first = await ads.sees(alice, post)
  await ads.sees(alice, post)
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'campaign_cap' })
  expect(await ads.refused(campaign)).toEqual({ campaign_cap: 1 })
  await sql(`update views set paid_at = paid_at - interval '1 day' where id = $1`, first)
  expect(await ads.next(alice, post)).toMatchObject({ ok: true })
})

test('a member is paid for so many a day over all campaigns, open ones included', async () => {
  const { sam, campaign } = await ads.only()
  const others = [await ads.campaign(sam), await ads.campaign(sam)]
  const { viewer: alice, post } = await ads.scene()
  for (let i = 0; i < 7; i++) await ads.sees(alice, post)
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'day_cap' })
  // Seven in turn: three, two and two; the second one's turn is next, and it counts the refusal.
  const { rows } = await sql(
    'select campaign_id, count(*)::int from views where member_id = $1 group by 1',
    alice,
  )
  expect(new Map(rows.map((row) => [row.campaign_id, row.count]))).toEqual(
    new Map([
      [campaign, 3],
      [others[0], 2],
      [others[1], 2],
    ]),
  )
  expect(await ads.refused(others[0]!)).toEqual({ day_cap: 1 })
  expect(await ads.refused(campaign)).toEqual({})
})

test('nobody is shown their own campaign, one for other posts, or one without the price of a view', async () => {
  const { sam, campaign } = await ads.only({ tags: ['bread'], budget: money('0.019') })
  const { post } = await ads.scene(sam)
  const { viewer: alice } = await ads.scene()
  await ads.serve(alice, [post])
  await sql('update posts set tags = $2 where id = $1', post, ['cake'])
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'no_campaign' })
  await sql('update posts set tags = $2 where id = $1', post, ['cake', 'bread'])
  await sql(days(9), sam)
  await sql('update vault_accounts set deposited = 5000000 where member_id = $1', sam)
  expect(await ads.next(sam, post)).toEqual({ ok: false, reason: 'no_campaign' })
  await ads.sees(alice, post)
  // 0.009 is left.
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'no_campaign' })
  expect(await ads.refused(campaign)).toEqual({})
  await sql('update posts set deleted_at = now() where id = $1', post)
  expect(await ads.next(alice, post)).toEqual({ ok: false, reason: 'post_gone' })
})

test('asked again for the same post it is the same token; for another, nothing until that one is back or over', async () => {
  const { campaign } = await ads.only({ budget: money('0.01') })
  const { viewer: alice, post } = await ads.scene()
  const { post: another } = await ads.scene(alice)
  const first = await ads.next(alice, post)
  expect(first).toMatchObject({ ok: true, view: { price: 10_000_000n } })
  expect(await ads.next(alice, post)).toMatchObject({ ok: true, view: { id: first.ok && first.view.id } })
  const carol = await ads.viewer()
  await ads.serve(carol, [another])
  expect(await ads.next(carol, another)).toEqual({ ok: false, reason: 'no_campaign' })

  const rich = await ads.campaign(await town.member({ has: '1' }))
  expect(await ads.next(alice, another)).toEqual({ ok: false, reason: 'open_token' })
  expect(await ads.refused(rich)).toEqual({ open_token: 1 })
  await sql(`update campaigns set status = 'closed' where id = $1`, rich)
  await ads.ago(first.ok ? first.view.id : '', 60_001)
  // The price of the one that is over comes back, and is enough for this one.
  expect(await ads.next(alice, another)).toMatchObject({ ok: true, view: { campaign: { id: campaign } } })
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(10_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('fifty requests of one member at once are one token', async () => {
  const { campaign } = await ads.only()
  const { viewer: alice, post } = await ads.scene()
  const answers = await Promise.all(Array.from({ length: 50 }, () => ads.next(alice, post)))
  expect(new Set(answers.map((answer) => answer.ok && answer.view.id)).size).toBe(1)
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(10_000_000n)
})

test('two hundred members at once for the last view of a campaign: one has it, in two processes', async () => {
  const { campaign } = await ads.only({ budget: money('0.01') })
  const { post } = await ads.scene()
  const people = await Promise.all(Array.from({ length: 200 }, () => ads.viewer()))
  for (const one of people) await ads.serve(one, [post])
  const other = createPool(town.pool.options.connectionString!, { max: 10 })
  const answers = await Promise.all(people.map((one, i) => ads.next(one, post, i % 2 ? other : town.pool)))
  await other.end()
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  expect(await ads.balance(`campaign:${campaign}`)).toBe(0n)
  expect(await ads.balance(`campaign:${campaign}:open`)).toBe(10_000_000n)
  expect(await town.lawsHold()).toBe(true)
})

test('two hundred members at once for a hundred and fifty views: as many have one, none of two campaigns is overdrawn', async () => {
  const { sam, campaign } = await ads.only({ budget: money('0.75') })
  const second = await ads.campaign(sam, { budget: money('0.75') })
  const { post } = await ads.scene()
  const people = await Promise.all(Array.from({ length: 200 }, () => ads.viewer()))
  for (const one of people) await ads.serve(one, [post])
  const answers = await Promise.all(people.map((one) => ads.next(one, post)))
  // Some may have met both campaigns just when others held them; those ask again.
  for (const [i, one] of people.entries()) if (!answers[i]?.ok) answers[i] = await ads.next(one, post)
  expect(answers.filter((answer) => answer.ok)).toHaveLength(150)
  for (const id of [campaign, second]) {
    expect(await ads.balance(`campaign:${id}`)).toBe(0n)
    expect(await ads.balance(`campaign:${id}:open`)).toBe(750_000_000n)
  }
  expect(await town.lawsHold()).toBe(true)
})
