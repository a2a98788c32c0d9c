import { MIN_PRICE_PER_VIEW } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { AmountIn, AmountOut, Id, Time, text } from '../http/schemas.ts'
import { Tags } from '../posts/schemas.ts'

const MAX_VIEWER_DAYS = 3_650

const WebUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// or http://' })
  .max(2_000, 'must have at most 2000 characters')

/** A day in UTC. */
const Day = z.iso.date('must be a day, e.g. 2026-01-31').meta({ examples: ['2026-01-31'] })

export const CampaignBody = z
  .strictObject({
    title: text({ min: 1, max: 120 }),
    body: text({ min: 1, max: 1_000 }),
    url: WebUrl.meta({ description: 'Where it leads.' }),
    budget: AmountIn.meta({ description: 'Leaves your `available` now; closing gives the rest back.' }),
    pricePerView: AmountIn.meta({
      description: `All parts together; at least ${formatAmount(MIN_PRICE_PER_VIEW)}.`,
    }),
    tags: Tags.meta({ description: 'Beside posts with one of them only; without: beside any.' }),
    dailyCapPerMember: z.int().min(1).max(10_000).optional().meta({
      description: 'Most paid views of one member a day (UTC): at most, and without it, as the rules say.',
    }),
    minViewerAgeDays: z.int().min(0).max(MAX_VIEWER_DAYS).optional().meta({
      description: "Days since a viewer's first sign-in; more than the rules ask for, or it changes nothing.",
    }),
    minViewerDeposit: AmountIn.optional().meta({
      description:
        'Of a viewer, own and final and still there; more than the rules ask for, or it changes nothing.',
    }),
  })
  .meta({ id: 'CampaignRequest' })

export const CampaignSchema = z
  .object({
    id: Id,
    title: z.string(),
    body: z.string(),
    url: z.string(),
    budget: AmountOut,
    pricePerView: AmountOut,
    tags: z.array(z.string()),
    dailyCapPerMember: z.int(),
    minViewerAgeDays: z.int().nullable(),
    minViewerDeposit: AmountOut.nullable(),
    status: z
      .enum(['active', 'closing', 'closed'])
      .meta({ description: '`closing` waits for tokens that are out; `closed` has given the rest back.' }),
    remaining: AmountOut.meta({ description: 'What is left for views.' }),
    open: AmountOut.meta({ description: 'Reserved for tokens that are out.' }),
    createdAt: Time,
    closedAt: Time.nullable(),
  })
  .meta({ id: 'Campaign' })

const counts = {
  served: z.int().meta({ description: 'Tokens issued.' }),
  expired: z.int().meta({ description: 'Of those, the ones nobody returned in time.' }),
  paid: z.int().meta({ description: 'Views paid.' }),
  spent: AmountOut.meta({ description: 'What the paid views cost.' }),
  voidedViews: z.int().meta({ description: 'Of the paid views, those an operator voided.' }),
  voided: AmountOut.meta({ description: 'What those had cost.' }),
  refused: z
    .record(z.string(), z.int())
    .meta({ description: 'How often somebody was not shown it, or not paid for it, by reason.' }),
}

export const ReportSchema = z
  .object({
    campaignId: Id,
    remaining: AmountOut,
    open: AmountOut,
    totals: z.object(counts),
    days: z
      .array(
        z.object({
          day: z.string().meta({ format: 'date', description: 'UTC.' }),
          ...counts,
          dispute: z
            .object({ id: Id, reason: z.string(), status: z.enum(['open', 'upheld', 'rejected']) })
            .nullable(),
        }),
      )
      .meta({ description: 'The newest first, at most 366; days without anything are left out.' }),
  })
  .meta({ id: 'CampaignReport' })

export const DisputeBody = z
  .strictObject({ day: Day.meta({ description: 'UTC.' }), reason: text({ min: 1, max: 1_000 }) })
  .meta({ id: 'DisputeRequest' })

export const DisputeSchema = z
  .object({ id: Id, day: z.string(), reason: z.string(), status: z.literal('open'), createdAt: Time })
  .meta({ id: 'Dispute' })
