import { amountOf, feeUp } from '@rivulet/ledger'
import { rulesFrom } from '../../packages/economy/src/rules.ts'
import {
  type Demands,
  refusalOfCampaign,
  refusalOfMember,
  refusalOfReturn,
  viewParts,
} from '../../packages/economy/src/views/rules.ts'
import { ONE } from './network.ts'

/** What is between a ring and a sponsor's money. */
export const GUARDS = [
  "the server's time",
  'a feed that served the post',
  'the age of the account',
  'the deposit',
  'the cap of a day',
  'the cap of a campaign',
] as const
export type Guard = (typeof GUARDS)[number]

/** Sponsors, and a ring with this much money and these many requests a second; nano. */
const CAMPAIGNS = 100
const PRICE = amountOf(1_000_000n)
/** Each campaign has 100.00. */
const VIEWS_FUNDED = 100_000
const CAPITAL = 100n * ONE
const REQUEST_MS = 10
const DAY_MS = 86_400_000

const rules = rulesFrom({})

export type ViewsRow = { guards: string; firstDay: bigint[]; later: bigint[] }

/**
 * What rings of these sizes have of sponsors a day, in nano after the clearing fee, when a ring does all a machine can: with
 * every guard, without each, and without any. Viewer, budget and the author beside are all the ring's.
 */
export function playViews(rings: readonly number[]): ViewsRow[] {
  const row = (guards: string, without: readonly Guard[]): ViewsRow => {
    const [firstDay, later] = [0, 4].map((ageDays) => {
      const views = viewsOfAccount(ageDays, without)
      return rings.map((ring) => takenOf(ring, views, without))
    }) as [bigint[], bigint[]]
    return { guards, firstDay, later }
  }
  return [
    row('all guards', []),
    ...GUARDS.map((guard) => row(`without ${guard}`, [guard])),
    row('without any', GUARDS),
  ]
}

/** What a ring has whose accounts see so many views each: as many accounts as have a deposit, as long as campaigns have money. */
function takenOf(ring: number, viewsEach: number, without: readonly Guard[]): bigint {
  const withDeposit = Number(CAPITAL / rules.views.viewerDeposit)
  const viewers = without.includes('the deposit') ? ring : Math.min(ring, withDeposit)
  const views = BigInt(viewers) * BigInt(viewsEach)
  const funded = BigInt(CAMPAIGNS * VIEWS_FUNDED)
  const { viewer, budget, author } = viewParts(PRICE, rules.split)
  const gross = amountOf((views < funded ? views : funded) * (viewer + budget + author))
  return gross - feeUp(gross, rules.fees.clearingBps)
}

/** The views a day that the shipped rules pay to one account that does nothing else. */
function viewsOfAccount(ageDays: number, without: readonly Guard[]): number {
  const lacks = (guard: Guard) => without.includes(guard)
  const asked = { ...rules.views }
  if (lacks("the server's time")) asked.minMs = 0
  if (lacks('the age of the account')) asked.viewerAgeSeconds = 0
  if (lacks('the deposit')) asked.viewerDeposit = amountOf(0n)
  if (lacks('the cap of a day')) asked.perDay = Number.MAX_SAFE_INTEGER
  if (lacks('the cap of a campaign')) asked.perCampaignDay = Number.MAX_SAFE_INTEGER
  // A feed is one request for twenty posts; a view is two, and waits out the least time in between.
  const viewMs = asked.minMs + 2 * REQUEST_MS + (lacks('a feed that served the post') ? 0 : REQUEST_MS / 20)
  const viewer = { signedInSeconds: ageDays * 86_400, ownDeposit: asked.viewerDeposit, barred: false }
  const ofCampaign: Demands = {
    dailyCapPerMember: Number.MAX_SAFE_INTEGER,
    minViewerAgeDays: null,
    minViewerDeposit: null,
    today: 0,
    blocked: false,
  }
  let today = 0
  for (let campaign = 0; campaign < CAMPAIGNS; campaign++)
    for (let seen = 0; seen < VIEWS_FUNDED; seen++, today++) {
      if ((today + 1) * viewMs > DAY_MS) return today
      const asking = { viewer, served: true, hasOpen: false, today }
      if (refusalOfMember(asking, asked)) return today
      if (refusalOfCampaign({ viewer }, { ...ofCampaign, today: seen }, asked)) break
      if (refusalOfReturn({ ageMs: asked.minMs, expired: false }, asked.minMs, asked)) return today
    }
  return today
}
