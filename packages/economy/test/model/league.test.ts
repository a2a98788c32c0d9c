import { expect, test } from 'vitest'
import { rulesFrom } from '../../src/rules.ts'
import { Economy } from './economy.ts'
import type { Deed } from './world.ts'

const WORTH = { since: 20, deposit: 6_000_000_000n }

/** Sam (0) sponsors; vera (1) views beside, and likes, the post of adam (2). */
function leagueOf(nights: number) {
  const economy = new Economy(
    {
      people: [WORTH, WORTH, WORTH],
      posts: [{ author: 2 }],
      campaigns: [{ sponsor: 0, price: 4_000_000n, budget: 20_000_000n, cap: 5 }],
      pool: 0n,
      revenue: 10n ** 9n,
    },
    rulesFrom({}),
  )
  const night: Deed = { do: 'night' }
  economy.live([
    { do: 'view', who: 1, campaign: 0, post: 0, ms: 1_000, served: true, times: 5 },
    { do: 'act', who: 1, post: 0, kind: 'like', on: true },
    ...Array.from({ length: nights }, () => night),
    { do: 'void', who: 1, daysAgo: nights },
  ])
  return { economy, gain: [0, 1, 2].reduce((sum, who) => sum + economy.wealth(who) - WORTH.deposit, 0n) }
}

test('a sponsor who disputes on the same day has back what is pending, and a league of theirs gains nothing', () => {
  const { economy, gain } = leagueOf(0)
  expect(gain).toBe(0n)
  expect(economy.borne).toEqual([0n])
})

test("sponsor in league: disputing when the budget's likes have cleared, it has their part of the platform, and no more", () => {
  // Five views of 4,000,000: half is vera's budget. It went to adam and cleared, less 5 %; sam has all back for it.
  const { economy, gain } = leagueOf(2)
  expect(economy.borne).toEqual([10_000_000n])
  expect(gain).toBe(9_500_000n)
})
