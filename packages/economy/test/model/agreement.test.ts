import { withTransaction } from '@rivulet/db'
import { amountOf, formatAmount } from '@rivulet/ledger'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pledge, unpledge } from '../../src/pledge/pledge.ts'
import { tip } from '../../src/tips/tip.ts'
import { type Ads, adsIn } from '../ads.ts'
import { closePeriod, endPeriod } from '../closing.ts'
import { openTown, type Town } from '../town.ts'
import { Economy } from './economy.ts'
import { kinds } from './histories.ts'
import type { Deed, Person, Post, World } from './world.ts'

let town: Town
let ads: Ads
beforeAll(async () => {
  // Nights are as short as they can be, and every day is the same to the caps.
  town = await openTown({
    HOLD_SECONDS: '1',
    HOLD_YOUNG_SECONDS: '1',
    HOLD_VIEWS_SECONDS: '1',
    VIEWS_PER_CAMPAIGN_DAY: '1000',
    VIEWS_PER_DAY: '1000',
  })
  ads = adsIn(town)
})
afterAll(() => town.close())

const PRICE = 1_234_567n
const BUDGET = 12n * PRICE

/** Alice, bob and carol (0 to 2) do things; dave (3) has shared every post, and does nothing more. */
const [PEOPLE, DAVE] = [4, 3]
const somebody = fc.nat(2)
const money = fc.oneof(fc.bigInt(1n, 3_000_000n), fc.bigInt(1n, 10n ** 9n))

const person: fc.Arbitrary<Person> = fc.record({
  since: fc.constantFrom(20, 1),
  deposit: fc.constantFrom(5_100_000_007n, 5_000_000_000n, 1_500_001n),
  budget: fc.oneof(fc.constant(0n), fc.bigInt(1n, 60n), fc.bigInt(1n, 10n ** 7n)),
})

const postOf = fc
  .record({ author: somebody, other: somebody, bps: fc.integer({ min: 1, max: 9_999 }), alone: fc.boolean() })
  .map(({ author, other, bps, alone }): Post => {
    if (alone || other === author) return { author }
    return {
      author,
      splits: [
        { who: author, bps },
        { who: other, bps: 10_000 - bps },
      ],
    }
  })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      who: somebody,
      post: fc.nat(2),
      kind: kinds,
      on: fc.constantFrom(true, true, false),
      sharer: fc.option(fc.constant(DAVE), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ do: fc.constant('view' as const), who: somebody, campaign: fc.constant(0), post: fc.nat(2) },
      ...{ ms: fc.constant(1_500), served: fc.constant(true), times: fc.constant(1) },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant('pay' as const), who: somebody, post: fc.nat(2), amount: money },
      for: fc.constant('tip' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Deed>({ do: 'night' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pledge' as const), who: somebody, amount: money }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unpledge' as const), who: somebody }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), who: somebody, whom: somebody }) },
)

/** The same world in the database, and how its people do the same deeds there. */
async function settle({ people, posts }: World) {
  const { pool, rules } = town
  const { sam, campaign } = await ads.only({
    pricePerView: amountOf(PRICE),
    budget: amountOf(BUDGET),
    dailyCapPerMember: 20,
  })
  const ids: string[] = []
  for (const { since, deposit, budget = 0n } of people) {
    const id = await ads.viewer({ has: formatAmount(deposit), days: since })
    await pool.query('update vault_accounts set deposited = $2 where member_id = $1', [
      id,
      deposit / rules.unit,
    ])
    if (budget > 0n) await town.refill(id, 'budget', budget)
    ids.push(id)
  }
  await town.grown(sam)
  await pool.query('update members set created_at = first_sign_in_at where id = any ($1::uuid[])', [ids])
  const places: { id: string; share: string }[] = []
  for (const { author, splits } of posts) {
    const id = await town.post(ids[author]!, {
      ...(splits && { splits: splits.map(({ who, bps }) => ({ memberId: ids[who]!, bps })) }),
    })
    places.push({ id, share: await town.repost(ids[DAVE]!, id) })
  }
  const available = async (who: number) => (await town.wallet(ids[who]!)).available
  const least = (wish: bigint, has: bigint) => amountOf(wish < has ? wish : has)

  async function does(deed: Deed): Promise<void> {
    if (deed.do === 'act') {
      const { id, share } = places[deed.post]!
      if (deed.sharer !== undefined) await town.serve(ids[deed.who]!, [share])
      await town.like(ids[deed.who]!, id, deed.on, deed.kind, deed.sharer === undefined ? undefined : share)
    } else if (deed.do === 'view') {
      const [who, post] = [ids[deed.who]!, places[deed.post]!.id]
      await ads.serve(who, [post])
      const next = await ads.next(who, post)
      if (next.ok) {
        await ads.ago(next.view.id, deed.ms)
        expect((await ads.back(next.view.id, who)).ok).toBe(true)
      }
    } else if (deed.do === 'pay') {
      const amount = least(deed.amount, await available(deed.who))
      const to = { postId: places[deed.post]!.id }
      if (amount > 0n)
        await withTransaction(pool, (tx) => tip(tx, rules, [{ payerId: ids[deed.who]!, to, amount }]))
    } else if (deed.do === 'pledge') {
      const amount = least(deed.amount, await available(deed.who))
      if (amount > 0n) await withTransaction(pool, (tx) => pledge(tx, [{ memberId: ids[deed.who]!, amount }]))
    } else if (deed.do === 'unpledge') {
      await withTransaction(pool, (tx) => unpledge(tx, [ids[deed.who]!]))
    } else if (deed.do === 'block') {
      if (deed.who === deed.whom) return
      await town.unblock(ids[deed.who]!, ids[deed.whom]!)
      await town.block(ids[deed.who]!, ids[deed.whom]!)
    } else if (deed.do === 'night') {
      const period = await endPeriod(town)
      await pool.query('update receipts set period = $1 where period > 10000', [period])
      await closePeriod(town, period)
      await pool.query(
        `update members set first_sign_in_at = first_sign_in_at - interval '1 day',
           created_at = created_at - interval '1 day' where id = any ($1::uuid[])`,
        [ids],
      )
      await town.holdsPass()
      await town.clear()
    }
  }

  const stands = async () => {
    const wallets = await Promise.all(ids.map((id) => town.wallet(id)))
    const own = wallets.map(({ available, pending, budget, pledge }) => ({
      available,
      pending,
      budget,
      pledge,
    }))
    return { own, campaign: await ads.balance(`campaign:${campaign}`) }
  }
  return { does, stands }
}

test('the model and the database agree to the nano, after every deed of random histories', {
  timeout: 1_800_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: PEOPLE, maxLength: PEOPLE }),
      fc.array(postOf, { minLength: 3, maxLength: 3 }),
      fc.array(deed, { maxLength: 14, size: 'max' }),
      async (people, posts, deeds) => {
        const world: World = {
          ...{ people, posts, pool: 0n, revenue: 0n },
          campaigns: [{ price: PRICE, budget: BUDGET, cap: 20 }],
        }
        const rules = { ...town.rules, holds: { normal: 0, young: 0, views: 0 } }
        const model = new Economy(world, rules)
        const real = await settle(world)
        const shares = posts.map(
          (_, post): Deed => ({ do: 'act', who: DAVE, post, kind: 'repost', on: true }),
        )
        model.live(shares)
        for (const deed of deeds) {
          if (deed.do === 'pay' && posts[deed.post]!.author === deed.who) continue
          model.do(deed)
          await real.does(deed)
          const own = people.map((_, who) => ({
            available: model.has(who, 'available'),
            pending: model.has(who, 'pending'),
            budget: model.has(who, 'budget'),
            pledge: model.has(who, 'pledge'),
          }))
          expect(await real.stands()).toEqual({ own, campaign: model.books.of('campaign:0') })
        }
      },
    ),
    { numRuns: process.env.LONG === '1' ? 200 : 8 },
  )
  expect(await town.lawsHold()).toBe(true)
})
