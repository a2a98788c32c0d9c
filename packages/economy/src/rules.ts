import { type Amount, parseAmount } from '@rivulet/ledger'
import { z } from 'zod'

/** Money as the environment writes it: a decimal string of the asset. */
const money = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): Amount => {
      const parsed = parseAmount(text)
      if (parsed.ok) return parsed.amount
      context.addIssue({ code: 'custom', message: 'must be a decimal amount, e.g. 0.0005' })
      return z.NEVER
    })

const seconds = (fallback: number) => z.coerce.number().int().min(1).max(31_536_000).default(fallback)
const bps = (fallback: number) => z.coerce.number().int().min(0).max(10_000).default(fallback)

const weight = (fallback: number) => z.coerce.number().int().min(0).max(1_000_000).default(fallback)

const DAY = 86_400

const environment = z.object({
  RATE_LIKE: money('0.0005'),
  RATE_READ: money('0.0002'),
  RATE_COMMENT: money('0.001'),
  RATE_REPOST: money('0.001'),
  SHARE_BPS: bps(1000),
  SPLIT_VIEWER_BPS: bps(3000),
  SPLIT_BUDGET_BPS: bps(5000),
  SPLIT_AUTHOR_BPS: bps(1000),
  SPLIT_PLATFORM_BPS: bps(1000),
  TIP_FEE_BPS: bps(250),
  CLEARING_FEE_BPS: bps(500),
  PERIOD_SECONDS: seconds(DAY),
  HOLD_SECONDS: seconds(DAY),
  HOLD_YOUNG_SECONDS: seconds(7 * DAY),
  HOLD_VIEWS_SECONDS: seconds(7 * DAY),
  YOUNG_SECONDS: seconds(14 * DAY),
  WEIGHT_LIKE: weight(5),
  WEIGHT_READ: weight(2),
  WEIGHT_COMMENT: weight(10),
  WEIGHT_REPOST: weight(10),
  IDLE_CLOSES: z.coerce.number().int().min(1).max(1_000).default(4),
  VIEW_MIN_MS: z.coerce.number().int().min(1_000).max(60_000).default(1_000),
  VIEW_TOKEN_SECONDS: z.coerce.number().int().min(2).max(3_600).default(60),
  VIEWER_MIN_AGE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(31_536_000)
    .default(3 * DAY),
  VIEWER_MIN_DEPOSIT: money('5'),
  VIEWS_PER_DAY: z.coerce.number().int().min(1).max(100_000).default(200),
  VIEWS_PER_CAMPAIGN_DAY: z.coerce.number().int().min(1).max(10_000).default(5),
  GRANT_AMOUNT: money('0'),
  GRANT_PER_MEMBER: money('0'),
  GRANT_PER_DAY: money('0'),
  GRANT_TOTAL: money('0'),
  SUBSCRIPTION_DAY_SECONDS: z.coerce.number().int().min(1).max(DAY).default(DAY),
  MIN_WITHDRAWAL: money('1'),
  WITHDRAWAL_HOLD_SECONDS: z.coerce.number().int().min(0).max(31_536_000).default(DAY),
  ASSET_DECIMALS: z.coerce.number().int().min(0).max(9).default(6),
})

/** Everything that decides who gets what. Amounts are nano, shares basis points, times seconds. */
export type Rules = {
  /** Goes into every receipt; a change of rules gets a new one. `declareRules` sets it; 1 before. */
  version: number
  rates: { like: Amount; read: Amount; comment: Amount; repost: Amount }
  shareBps: number
  split: { viewer: number; budget: number; author: number; platform: number }
  fees: { tipBps: number; clearingBps: number }
  periodSeconds: number
  holds: { normal: number; young: number; views: number }
  /** A payer or receiver younger than this makes the hold the longer one. */
  youngSeconds: number
  /** What an interaction weighs when a period's close splits what is left of a budget. */
  weights: { like: number; read: number; comment: number; repost: number }
  /** After so many closes in a row without an interaction, what is left of a budget goes to `pool:grants`. */
  idleCloses: number
  views: {
    /** Least time between a token's issue and its return. */
    minMs: number
    /** How long a token is good for. */
    tokenSeconds: number
    /** A paid viewer signed in first so long ago, and holds so much of their own, deposited and final. */
    viewerAgeSeconds: number
    viewerDeposit: Amount
    /** Paid views of a member a day (UTC), over all campaigns and of one. */
    perDay: number
    perCampaignDay: number
  }
  /** Grants are off while any of these is 0: of one grant, to one member a day, to all a day, and in all. */
  grants: { amount: Amount; perMember: Amount; perDay: Amount; total: Amount }
  /** How long a day of a subscription is. A month is one of the calendar when this is 86,400, else 30 such days. */
  subscriptions: { daySeconds: number }
  minWithdrawal: Amount
  /** How long the first withdrawal to another address is held. */
  withdrawalHoldSeconds: number
  /** Nano in one unit of the token: 1,000 for a token of 6 decimals. */
  unit: bigint
  decimals: number
}

/** The rules as configured. Throws with every fault named when a variable makes no sense. */
export function rulesFrom(env: Record<string, string | undefined>): Rules {
  const parsed = environment.safeParse(env)
  if (!parsed.success) throw new Error(`bad rules in the environment:\n${z.prettifyError(parsed.error)}`)
  const e = parsed.data
  const split = {
    viewer: e.SPLIT_VIEWER_BPS,
    budget: e.SPLIT_BUDGET_BPS,
    author: e.SPLIT_AUTHOR_BPS,
    platform: e.SPLIT_PLATFORM_BPS,
  }
  if (split.viewer + split.budget + split.author + split.platform !== 10_000)
    throw new Error('bad rules in the environment: SPLIT_*_BPS must sum to 10000')
  return {
    version: 1,
    rates: { like: e.RATE_LIKE, read: e.RATE_READ, comment: e.RATE_COMMENT, repost: e.RATE_REPOST },
    shareBps: e.SHARE_BPS,
    split,
    fees: { tipBps: e.TIP_FEE_BPS, clearingBps: e.CLEARING_FEE_BPS },
    periodSeconds: e.PERIOD_SECONDS,
    holds: { normal: e.HOLD_SECONDS, young: e.HOLD_YOUNG_SECONDS, views: e.HOLD_VIEWS_SECONDS },
    youngSeconds: e.YOUNG_SECONDS,
    weights: {
      like: e.WEIGHT_LIKE,
      read: e.WEIGHT_READ,
      comment: e.WEIGHT_COMMENT,
      repost: e.WEIGHT_REPOST,
    },
    idleCloses: e.IDLE_CLOSES,
    views: {
      minMs: e.VIEW_MIN_MS,
      tokenSeconds: e.VIEW_TOKEN_SECONDS,
      viewerAgeSeconds: e.VIEWER_MIN_AGE_SECONDS,
      viewerDeposit: e.VIEWER_MIN_DEPOSIT,
      perDay: e.VIEWS_PER_DAY,
      perCampaignDay: e.VIEWS_PER_CAMPAIGN_DAY,
    },
    grants: {
      amount: e.GRANT_AMOUNT,
      perMember: e.GRANT_PER_MEMBER,
      perDay: e.GRANT_PER_DAY,
      total: e.GRANT_TOTAL,
    },
    subscriptions: { daySeconds: e.SUBSCRIPTION_DAY_SECONDS },
    minWithdrawal: e.MIN_WITHDRAWAL,
    withdrawalHoldSeconds: e.WITHDRAWAL_HOLD_SECONDS,
    unit: 10n ** BigInt(9 - e.ASSET_DECIMALS),
    decimals: e.ASSET_DECIMALS,
  }
}
