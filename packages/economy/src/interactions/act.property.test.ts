import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { PEOPLE, POSTS, Village, type Wish } from '../../test/village.ts'
import type { ActInput } from './act.ts'

/** Rates that no share divides, and no fee, so that what clears is what was credited. */
const RULES = {
  ...{
    RATE_LIKE: '0.000000777',
    RATE_READ: '0.000000101',
    RATE_COMMENT: '0.00000131',
    RATE_REPOST: '0.000001009',
  },
  ...{ CLEARING_FEE_BPS: '0', PERIOD_SECONDS: '31536000' },
}

let town: Town
beforeAll(async () => {
  town = await openTown(RULES)
})
afterAll(() => town.close())

const person = fc.nat(PEOPLE - 1)
const wish: fc.Arbitrary<Wish> = fc.record({
  actor: person,
  post: fc.nat(POSTS.length - 1),
  kind: fc.constantFrom('like', 'read', 'comment', 'repost'),
  on: fc.boolean(),
  via: fc.oneof(
    { weight: 3, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constant('quote' as const) },
    { weight: 2, arbitrary: person },
  ),
})
/** What happens between two batches. */
const event = fc.oneof(
  fc.record({ do: fc.constant('block' as const), one: person, other: person }),
  fc.record({ do: fc.constant('unblock' as const), one: person, other: person }),
  fc.record({ do: fc.constant('clear' as const), one: person }),
  fc.record({ do: fc.constant('suspend' as const), one: person, for: fc.nat(9) }),
)
const step = fc.record({
  events: fc.array(event, { maxLength: 3 }),
  wishes: fc.array(wish, { minLength: 1, maxLength: 30 }),
})
const funds = fc.array(fc.record({ budget: fc.nat(4_000), pledge: fc.nat(6_000) }), {
  minLength: PEOPLE,
  maxLength: PEOPLE,
})

test('batches of any wishes answer, and move money, as the wishes would one after another', {
  timeout: process.env.LONG ? 900_000 : 120_000,
}, async () => {
  let paidThroughShares = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), funds, async (steps, nano) => {
      const people = await Promise.all(nano.map(() => town.member()))
      for (const [i, { budget, pledge }] of nano.entries()) {
        if (budget > 0) await town.refill(people[i]!, 'budget', BigInt(budget))
        if (pledge > 0) await town.refill(people[i]!, 'pledge', BigInt(pledge))
      }
      const posts = await Promise.all(
        POSTS.map(({ author, splits }) =>
          town.post(people[author]!, {
            splits: splits.map(([who, bps]) => ({ memberId: people[who]!, bps })),
          }),
        ),
      )
      const quotes = await Promise.all(
        POSTS.map(({ quotedBy }, i) => town.post(people[quotedBy]!, { quoteOf: posts[i]! })),
      )
      for (const member of people) await town.serve(member, quotes)
      const reposts = new Map<string, string>()
      const village = new Village(
        nano.map(({ budget, pledge }) => ({ budget: BigInt(budget), pledge: BigInt(pledge) })),
      )

      for (const { events, wishes } of steps) {
        for (const e of events) {
          if (e.do === 'block' && village.block(e.one, e.other))
            await town.block(people[e.one]!, people[e.other]!)
          if (e.do === 'unblock' && village.unblock(e.one, e.other))
            await town.unblock(people[e.one]!, people[e.other]!)
          if (e.do === 'suspend' && village.suspend(e.one, e.for === 0))
            await town.pool.query(
              'update members set suspended_at = case when $2 then now() end where id = $1',
              [people[e.one], e.for === 0],
            )
          if (e.do === 'clear') {
            village.clear(e.one)
            await town.holdsPass(people[e.one]!)
            await town.clear()
          }
        }
        // A repost that nobody has made yet has no id anybody could name.
        const known = new Set(reposts.keys())
        const results = await town.act(
          ...wishes.map(
            ({ actor, post, kind, on, via }): ActInput => ({
              ...{ actorId: people[actor]!, postId: posts[post]!, kind, on },
              via:
                via === 'none'
                  ? undefined
                  : via === 'quote'
                    ? quotes[post]
                    : (reposts.get(`${via} ${post}`) ?? 'none was made'),
            }),
          ),
        )
        for (const [i, w] of wishes.entries()) {
          const should = village.wish(w, known)
          expect(results[i]).toMatchObject(should)
          const answer = results[i]!
          if (should.ok && should.credited > 0n && w.via !== 'none') paidThroughShares++
          if (answer.ok && answer.id && w.kind === 'repost') reposts.set(`${w.actor} ${w.post}`, answer.id)
        }
        for (const member of people) await town.serve(member, [...reposts.values()])
      }
      for (const [i, id] of people.entries()) expect(await town.wallet(id)).toMatchObject(village.wallet(i))
      const { rows } = await town.pool.query(
        'select likes_count, reposts_count, earned from posts where id = any($1::uuid[]) order by id',
        [posts],
      )
      expect(rows).toEqual(POSTS.map((_, i) => village.counters(i)))
    }),
    { numRuns: process.env.LONG ? 400 : 25 },
  )
  expect(paidThroughShares).toBeGreaterThan(0)
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.creditsAddUp()).toBe(true)
})
