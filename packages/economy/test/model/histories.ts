import fc from 'fast-check'
import { type Rules, rulesFrom } from '../../src/rules.ts'
import type { Campaign, Deed, Post, World } from './world.ts'

/** Histories a property lives through. */
export const RUNS = process.env.LONG === '1' ? 10_000 : 250

export const kinds = fc.constantFrom('like' as const, 'read' as const, 'comment' as const, 'repost' as const)

/** Deposits are around what a paid viewer needs, in nano: 5 or less of the asset. */
const profile = fc.record({
  since: fc.constantFrom(20, 3, 2, 0),
  deposit: fc.constantFrom(5_100_000_007n, 5_000_000_000n, 1_500_000n, 0n),
  pledge: fc.constantFrom(0n, 1_500_000n),
})

const amounts = fc.oneof(fc.bigInt(1n, 3_000_000n), fc.bigInt(1n, 6_000_000_000n))

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      who: fc.constant(0),
      post: fc.constant(0),
      kind: kinds,
      on: fc.constantFrom(true, true, true, false),
      sharer: fc.option(fc.nat(250), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('view' as const),
      who: fc.constant(0),
      campaign: fc.constant(0),
      post: fc.constant(0),
      ms: fc.constantFrom(1_000, 1_000, 1_000, 999),
      served: fc.constantFrom(true, true, true, false),
      times: fc.constantFrom(1, 5, 7),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Deed>({ do: 'night' }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pledge' as const), who: fc.constant(0), amount: amounts }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unpledge' as const), who: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      who: fc.constant(0),
      post: fc.constant(0),
      amount: amounts,
      for: fc.constantFrom('tip' as const, 'subscription' as const, 'unlock' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('grant' as const), who: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('block' as const), who: fc.constant(0), whom: fc.constant(0) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('void' as const), who: fc.constant(0), daysAgo: fc.nat(3) }),
  },
)

const draft = fc.record({
  by: fc.nat(250),
  whole: fc.constantFrom(false, false, true),
  at: fc.nat(30),
  other: fc.nat(250),
  deed,
})

const splitAt = fc.option(fc.record({ whom: fc.nat(250), bps: fc.integer({ min: 1, max: 9_999 }) }))
const postDraft = fc.record({ author: fc.nat(250), split: splitAt })

const campaignDraft = fc.record({
  by: fc.constantFrom('sponsor' as const, 'honest' as const, 'ring' as const),
  who: fc.nat(250),
  price: fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(1n, 4_000_000n), fc.bigInt(1n, 4_000_000n)),
  views: fc.bigInt(0n, 60n),
  cap: fc.integer({ min: 1, max: 9 }),
})

/** So much that nobody honest spends what they were given by others: gifts would make them richer, as anybody's do. */
export const RICH = 10n ** 13n

/** An honest town and a coalition in it. People before `ring` are honest. */
export type Town = {
  world: World
  ring: number
  deeds: { deed: Deed; ofRing: boolean }[]
  rules: Rules
  scarce: boolean
}

/**
 * Towns of up to six honest people and a coalition of up to `most` accounts, who do anything in any order; `whole` deeds are
 * done by every account of the coalition. Honest people deal with honest posts and shares only: what they give a coalition by
 * their own choice is no farming. Not `scarce`: campaigns and grants
 * have enough for all, and honest people enough of their own.
 */
export const towns = (most: number): fc.Arbitrary<Town> =>
  fc
    .record({
      honest: fc.array(profile, { minLength: 1, maxLength: 6 }),
      size: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: Math.min(5, most) }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: most }) },
      ),
      profiles: fc.array(profile, { minLength: 1, maxLength: 3 }),
      honestPosts: fc.array(postDraft, { minLength: 1, maxLength: 4 }),
      ringPosts: fc.array(postDraft, { minLength: 1, maxLength: 4 }),
      campaigns: fc.array(campaignDraft, { maxLength: 3, size: 'max' }),
      grants: fc.record({
        amount: fc.constantFrom(0n, 300_000n, 700_001n),
        per: fc.integer({ min: 1, max: 3 }),
      }),
      scarce: fc.boolean(),
      drafts: fc.array(fc.tuple(fc.boolean(), draft), { maxLength: 45, size: 'max' }),
    })
    .map(({ honest, size, profiles, honestPosts, ringPosts, campaigns, grants, scarce, drafts }) => {
      const ring = honest.length
      const people = [
        ...honest.map((person) => (scarce ? person : { ...person, deposit: RICH })),
        ...Array.from({ length: size }, (_, i) => profiles[i % profiles.length]!),
      ]
      const member = (n: number, ofRing: boolean) => (ofRing ? ring + (n % size) : n % ring)
      const postOf = (
        draft: { author: number; split: { whom: number; bps: number } | null },
        ofRing: boolean,
      ): Post => {
        const author = member(draft.author, ofRing)
        const whom = draft.split ? member(draft.split.whom, ofRing) : author
        if (!draft.split || whom === author) return { author }
        return {
          author,
          splits: [
            { who: author, bps: draft.split.bps },
            { who: whom, bps: 10_000 - draft.split.bps },
          ],
        }
      }
      const posts = [
        ...honestPosts.map((post) => postOf(post, false)),
        ...ringPosts.map((post) => postOf(post, true)),
      ]
      const runs = campaigns.map(({ by, who, price, views, cap }): Campaign => {
        // A sponsor of the coalition's whose money ends takes a gift away, so that not scarce is also: nobody in the town.
        if (!scarce) return { price, cap, budget: 10n ** 15n }
        const budget = price * views
        return by === 'sponsor'
          ? { price, cap, budget }
          : { sponsor: member(who, by === 'ring'), price, cap, budget }
      })
      const deeds = drafts.flatMap(([ofRing, { by, whole, at, other, deed }]) => {
        const doers =
          ofRing && whole && deed.do !== 'night'
            ? Array.from({ length: size }, (_, i) => ring + i)
            : [member(by, ofRing)]
        return doers.flatMap((who): { deed: Deed; ofRing: boolean }[] => {
          const post = ofRing ? at % posts.length : at % honestPosts.length
          const told = { ...deed, who } as Deed
          if (told.do === 'act') {
            const sharer =
              told.sharer === undefined
                ? undefined
                : ofRing
                  ? told.sharer % people.length
                  : told.sharer % ring
            return [{ ofRing, deed: { ...told, post, sharer } }]
          }
          if (told.do === 'view')
            return runs.length === 0
              ? []
              : [{ ofRing, deed: { ...told, post, campaign: other % runs.length } }]
          if (told.do === 'pay') return [{ ofRing, deed: { ...told, post } }]
          if (told.do === 'block') return [{ ofRing, deed: { ...told, whom: other % people.length } }]
          return [{ ofRing: ofRing && told.do !== 'night', deed: told }]
        })
      })
      const defaults = rulesFrom({})
      const { amount, per } = grants
      const most = scarce ? amount * BigInt(per) : 10n ** 15n
      const caps = { amount, perMember: amount * BigInt(per), perDay: most, total: scarce ? most * 2n : most }
      return {
        world: { people, posts, campaigns: runs, pool: 10n ** 15n, revenue: 10n ** 9n },
        ring,
        deeds,
        rules: { ...defaults, grants: caps as Rules['grants'] },
        scarce,
      }
    })
