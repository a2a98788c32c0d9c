import { type Amount, splitByBps } from '@rivulet/ledger'
import type { Rules } from '../rules.ts'

/** What is asked of somebody before a view of theirs is paid. */
export type Viewer = {
  /** Since the first sign-in; undefined before it. */
  signedInSeconds: number | undefined
  /** Nano of their own, deposited and final, that are still there: see `ownDeposit`. */
  ownDeposit: bigint
  /** Suspended or deleted. */
  barred: boolean
}

export type ViewerRefusal = 'suspended' | 'too_young' | 'deposit'

/**
 * Whether somebody may be a paid viewer, and so be given a grant.
 * @returns why not; undefined when they may
 */
export function mayView(
  viewer: Viewer,
  { viewerAgeSeconds, viewerDeposit }: Pick<Rules['views'], 'viewerAgeSeconds' | 'viewerDeposit'>,
): ViewerRefusal | undefined {
  if (viewer.barred) return 'suspended'
  if (viewer.signedInSeconds === undefined || viewer.signedInSeconds < viewerAgeSeconds) return 'too_young'
  return viewer.ownDeposit < viewerDeposit ? 'deposit' : undefined
}

/**
 * What of a member's deposits is still their own, in nano: never more than they deposited, and never more than they
 * could take out, so that it has to stay.
 */
export function ownDeposit(money: { deposited: bigint; available: bigint; pledge: bigint }): bigint {
  const spendable = money.available + money.pledge
  return spendable < money.deposited ? spendable : money.deposited
}

/** Where a member stands when a view is asked for. */
export type Asking = {
  viewer: Viewer
  /** The post beside came from a feed this member was served lately. */
  served: boolean
  /** A good token of theirs is out, for another post. */
  hasOpen: boolean
  /** Paid and open views of this day (UTC), over all campaigns. */
  today: number
}

/** What a campaign asks of its viewers. */
export type Demands = {
  dailyCapPerMember: number
  minViewerAgeDays: number | null
  /** Nano. */
  minViewerDeposit: bigint | null
  /** Paid and open views of it by this member, this day. */
  today: number
  /** Sponsor and member are a blocked pair. */
  blocked: boolean
}

export type ViewRefusal =
  | ViewerRefusal
  | 'not_served'
  | 'open_token'
  | 'day_cap'
  | 'blocked'
  | 'stricter_age'
  | 'stricter_deposit'
  | 'campaign_cap'

const DAY_SECONDS = 86_400

/** Why a member is shown no campaign at all; undefined when they may be shown some. */
export function refusalOfMember(asking: Asking, rules: Rules['views']): ViewRefusal | undefined {
  if (!asking.served) return 'not_served'
  if (asking.hasOpen) return 'open_token'
  return mayView(asking.viewer, rules) ?? (asking.today >= rules.perDay ? 'day_cap' : undefined)
}

/** Why a member who may be shown campaigns is not shown this one. */
export function refusalOfCampaign(
  { viewer }: Pick<Asking, 'viewer'>,
  campaign: Demands,
  rules: Rules['views'],
): ViewRefusal | undefined {
  if (campaign.blocked) return 'blocked'
  if ((viewer.signedInSeconds ?? 0) < (campaign.minViewerAgeDays ?? 0) * DAY_SECONDS) return 'stricter_age'
  if (viewer.ownDeposit < (campaign.minViewerDeposit ?? 0n)) return 'stricter_deposit'
  const cap = Math.min(campaign.dailyCapPerMember, rules.perCampaignDay)
  return campaign.today >= cap ? 'campaign_cap' : undefined
}

/** The four parts of a view's price, in nano; they sum to it. */
export function viewParts(
  price: Amount,
  { viewer, budget, author, platform }: Rules['split'],
): { viewer: Amount; budget: Amount; author: Amount; platform: Amount } {
  const parts = splitByBps(price, [viewer, budget, author, platform])
  return { viewer: parts[0]!, budget: parts[1]!, author: parts[2]!, platform: parts[3]! }
}

/** The hold of view money: that of the dispute window, unless the ages of the two give a longer one. */
export function viewHold(young: boolean, holds: Rules['holds']): keyof Rules['holds'] {
  const byAge = young ? 'young' : 'normal'
  return holds.views > holds[byAge] ? 'views' : byAge
}

/**
 * What becomes of a token that is returned.
 * @param view milliseconds since its issue, by the database's clock; `expired` by the same
 */
export function refusalOfReturn(
  view: { ageMs: number; expired: boolean },
  visibleMs: number,
  { minMs }: Pick<Rules['views'], 'minMs'>,
): 'token_expired' | 'too_short' | 'too_early' | undefined {
  if (view.expired) return 'token_expired'
  if (visibleMs < minMs) return 'too_short'
  return view.ageMs < minMs ? 'too_early' : undefined
}
