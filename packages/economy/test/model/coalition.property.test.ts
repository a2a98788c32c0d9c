import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Economy } from './economy.ts'
import { RUNS, type Town, towns } from './histories.ts'
import { LAWS, type Laws } from './laws.ts'
import { PoolEconomy } from './planted.ts'

const DAY = 86_400

/**
 * What the caps let a coalition have of sponsors and of grants, over all days lived, from nothing but the caps: each account
 * that could be a paid viewer sees the dearest views it may, and is granted what it may.
 */
function mostByCaps({ world, ring, rules }: Town, days: number): bigint {
  const others = world.campaigns.filter(({ sponsor }) => sponsor === undefined || sponsor < ring)
  const aDay = others
    .flatMap(({ price, cap }) => {
      const without = price - (price * BigInt(rules.split.platform)) / 10_000n
      return Array.from({ length: Math.min(cap, rules.views.perCampaignDay) }, () => without)
    })
    .sort((a, b) => Number(b - a))
    .slice(0, rules.views.perDay)
    .reduce((sum, view) => sum + view, 0n)
  const { amount, perMember, perDay, total } = rules.grants
  const aGrantedDay = amount === 0n ? 0n : (perMember / amount) * amount
  let views = 0n
  let grants = 0n
  for (const { since, deposit } of world.people.slice(ring))
    for (let day = 0; day <= days; day++) {
      if ((since + day) * DAY < rules.views.viewerAgeSeconds || deposit < rules.views.viewerDeposit) continue
      views += aDay
      grants += aGrantedDay
    }
  const least = (...amounts: bigint[]) => amounts.reduce((least, amount) => (amount < least ? amount : least))
  const funded = others.reduce((sum, { budget }) => sum + budget, 0n)
  return least(views, funded) + least(grants, perDay * BigInt(days + 1), total)
}

const sum = (amounts: bigint[]) => amounts.reduce((all, amount) => all + amount, 0n)

/** What each outsider has of outsiders' likes, reads, comments and reposts, as it stands. */
function likesAmongOutsiders(economy: Economy, ring: number): bigint[] {
  const income = Array.from({ length: ring }, () => 0n)
  for (const { payer, receiver, gross, kind, state } of economy.credits)
    if (kind !== 'view' && state !== 'reversed' && payer! < ring && receiver < ring)
      income[receiver]! += gross
  return income
}

const nobodyFarms = (laws: Laws = LAWS, Model = Economy) =>
  fc.property(towns(200), (town) => {
    const { world, ring, rules, deeds, scarce } = town
    const economy = new Model(world, rules, laws).live(deeds.map(({ deed }) => deed))
    const members = world.people.map((_, i) => i).slice(ring)
    const gain = sum(members.map((who) => economy.wealth(who) - world.people[who]!.deposit))
    // A sponsor of the coalition's who disputes what the budgets of others of it have paid on: docs/ECONOMY.md.
    const borne = sum(
      world.campaigns.map(({ sponsor }, i) =>
        sponsor !== undefined && sponsor >= ring ? economy.borne[i]! : 0n,
      ),
    )
    expect(gain).toBeLessThanOrEqual(mostByCaps(town, economy.day) + borne)
    const fromOutside = economy.credits.filter(
      ({ payer, receiver, kind }) => kind !== 'view' && receiver >= ring && payer! < ring,
    )
    expect(fromOutside).toEqual([])
    if (!scarce) {
      const without = new Model(world, rules, laws).live(
        deeds.flatMap(({ deed, ofRing }) => (ofRing ? [] : [deed])),
      )
      expect(likesAmongOutsiders(economy, ring)).toEqual(likesAmongOutsiders(without, ring))
    }
    expect(economy.books.total()).toBe(0n)
  })

test('a coalition of up to 200 has of others what the caps of views and grants allow, and of likes nothing', {
  timeout: 1_800_000,
}, () => {
  fc.assert(nobodyFarms(), { numRuns: RUNS })
})

const wrong: [string, Partial<Laws>, typeof Economy][] = [
  ['one pool for all budgets, by weight', {}, PoolEconomy],
  ['views without the cap of a campaign', { refusalOfCampaign: () => undefined }, Economy],
  ['views of the young and of those without a deposit', { refusalOfMember: () => undefined }, Economy],
  ['grants without caps', { exceedsCap: () => false }, Economy],
]

test.each(wrong)('planted: %s is found', (_, laws, Model) => {
  expect(fc.check(nobodyFarms({ ...LAWS, ...laws }, Model), { numRuns: 3_000 }).failed).toBe(true)
})
